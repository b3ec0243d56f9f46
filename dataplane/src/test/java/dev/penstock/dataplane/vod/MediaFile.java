package dev.penstock.dataplane.vod;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.penstock.dataplane.media.mp4.ByteSource;

/** Files of the folder {@code media}. */
public final class MediaFile {
    private MediaFile() {}

    public static byte[] read(String name) {
        try (InputStream in = MediaFile.class.getResourceAsStream("/media/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ByteSource source(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public byte[] read(long offset, int length) throws IOException {
                if (offset + length > bytes.length) {
                    throw new EOFException();
                }
                return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
            }
        };
    }

    /** Where a box's type is, from a place on. */
    public static int find(byte[] file, String type, int from) {
        byte[] wanted = type.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = from; at < file.length - 4; at++) {
            if (Arrays.equals(file, at, at + 4, wanted, 0, 4)) {
                return at;
            }
        }
        throw new AssertionError("no " + type);
    }

    public static void putInt(byte[] file, int at, int value) {
        ByteBuffer.wrap(file).putInt(at, value);
    }
}

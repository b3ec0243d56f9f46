package dev.penstock.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A file of H.264 (Annex B, no B-frames, parameter sets before each key), cut into access units and each of them into interleaved RTP
 * packets of the wire, once for all cameras: only sequence numbers and timestamps are set for each.
 */
final class RtspFile {
    private static final int MAX_PAYLOAD = 1400;

    private final List<byte[]> frames = new ArrayList<>();
    private String parameterSets = "";
    private long bytes;

    RtspFile(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        List<byte[]> unit = new ArrayList<>();
        byte[] sps = new byte[0];
        for (int at = start(all, 0); at < all.length;) {
            int next = start(all, at);
            int end = next < all.length ? next - 3 : all.length;
            while (end > at && all[end - 1] == 0) {
                end--;
            }
            byte[] nal = java.util.Arrays.copyOfRange(all, at, end);
            int type = nal.length == 0 ? 0 : nal[0] & 0x1F;
            if (type == 7) {
                sps = nal;
            } else if (type == 8) {
                parameterSets = Base64.getEncoder().encodeToString(sps) + "," + Base64.getEncoder().encodeToString(nal);
            }
            if (type != 9 && nal.length > 0) {
                unit.add(nal);
            }
            if (type == 1 || type == 5) {
                frames.add(packets(unit));
                unit = new ArrayList<>();
            }
            at = next;
        }
        frames.forEach(frame -> bytes += frame.length);
    }

    /** Index behind the next start code. */
    private static int start(byte[] all, int from) {
        for (int i = from; i + 3 < all.length; i++) {
            if (all[i] == 0 && all[i + 1] == 0 && all[i + 2] == 1) {
                return i + 3;
            }
        }
        return all.length;
    }

    private static byte[] packets(List<byte[]> nals) {
        ByteBuffer out = ByteBuffer.allocate(nals.stream().mapToInt(nal -> nal.length * 2 + 64).sum());
        for (int i = 0; i < nals.size(); i++) {
            byte[] nal = nals.get(i);
            boolean lastNal = i == nals.size() - 1;
            if (nal.length <= MAX_PAYLOAD) {
                head(out, nal.length, lastNal).put(nal);
                continue;
            }
            for (int at = 1; at < nal.length; at += MAX_PAYLOAD - 2) {
                int part = Math.min(MAX_PAYLOAD - 2, nal.length - at);
                boolean end = at + part == nal.length;
                head(out, part + 2, lastNal && end).put((byte) ((nal[0] & 0xE0) | 28))
                        .put((byte) ((nal[0] & 0x1F) | (at == 1 ? 0x80 : 0) | (end ? 0x40 : 0))).put(nal, at, part);
            }
        }
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private static ByteBuffer head(ByteBuffer out, int payload, boolean marker) {
        return out.put((byte) '$').put((byte) 0).putShort((short) (12 + payload)).put((byte) 0x80)
                .put((byte) (96 | (marker ? 0x80 : 0))).putShort((short) 0).putInt(0).putInt(0x50454E53);
    }

    int frames() {
        return frames.size();
    }

    /** The packets of a frame as they go out, sequence numbers and timestamps unset; not to be changed. */
    byte[] frame(int number) {
        return frames.get(number % frames.size());
    }

    /** SPS and PPS for an SDP. */
    String parameterSets() {
        return parameterSets;
    }

    /** Bits in a second at a frame rate. */
    double bitrate(int rate) {
        return bytes * 8.0 * rate / frames.size();
    }
}

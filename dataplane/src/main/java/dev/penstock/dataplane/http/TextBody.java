package dev.penstock.dataplane.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Bytes of a text answer: UTF-8, gzipped where it is worth it.
 *
 * @param bytes the body
 * @param headers the handler's headers and those that the encoding adds
 */
record TextBody(ByteBuf bytes, Map<String, String> headers) {
    /** Texts up to this many bytes go as they are: one packet either way. */
    static final int GZIP_ABOVE_BYTES = 1024;

    /** Encodes on the calling thread. */
    static TextBody of(String text, Map<String, String> headers, HttpHeaders asked) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        if (plain.length <= GZIP_ABOVE_BYTES) {
            return new TextBody(Unpooled.wrappedBuffer(plain), all);
        }
        all.merge("Vary", "Accept-Encoding", (given, ours) -> given + ", " + ours);
        if (asked.contains(HttpHeaderNames.RANGE)
                || !ContentCoding.takesGzip(asked.get(HttpHeaderNames.ACCEPT_ENCODING, ""))) {
            return new TextBody(Unpooled.wrappedBuffer(plain), all);
        }
        all.put("Content-Encoding", "gzip");
        // Another representation may not have the same strong validator (RFC 9110 8.8.1).
        all.computeIfPresent("ETag", (name, tag) -> tag.startsWith("W/") ? tag : "W/" + tag);
        return new TextBody(Unpooled.wrappedBuffer(gzip(plain)), all);
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 8 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}

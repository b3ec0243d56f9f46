package dev.penstock.dataplane.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Text that many requests get: made into bytes once, and gzipped once. Any thread; its bytes live on the heap. */
public final class PreparedText {
    private final byte[] plain;
    private volatile byte @Nullable [] gzipped;

    /** Encodes in UTF-8. */
    public PreparedText(String text) {
        plain = text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Answers with the text, gzipped where the client takes it and it is worth it, as {@link Exchange#send(int, String, Map, String)}
     * does.
     *
     * @param headers further headers; an ETag among them only if it is weak, since it goes with both codings
     */
    public void send(Exchange exchange, int status, String contentType, Map<String, String> headers) {
        if (plain.length <= TextBody.GZIP_ABOVE_BYTES) {
            exchange.send(status, contentType, headers, Unpooled.wrappedBuffer(plain));
            return;
        }
        Map<String, String> all = HashMap.newHashMap(headers.size() + 2);
        all.putAll(headers);
        all.put("Vary", "Accept-Encoding");
        boolean zip = exchange.header("Range").isEmpty()
                && ContentCoding.takesGzip(exchange.header("Accept-Encoding").orElse(""));
        if (zip) {
            all.put("Content-Encoding", "gzip");
        }
        exchange.send(status, contentType, all, Unpooled.wrappedBuffer(zip ? gzipped() : plain));
    }

    private byte[] gzipped() {
        byte[] bytes = gzipped;
        if (bytes == null) {
            synchronized (plain) {
                bytes = gzipped;
                if (bytes == null) {
                    bytes = TextBody.gzip(plain);
                    gzipped = bytes;
                }
            }
        }
        return bytes;
    }
}

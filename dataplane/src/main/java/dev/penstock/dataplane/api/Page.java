package dev.penstock.dataplane.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.http.ContentCoding;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;

/**
 * The page at {@code /} and its assets: read from the class path and compressed once, when added. Nothing of it comes from
 * another host.
 */
public final class Page {
    private static final String HLS_JS = "/META-INF/resources/webjars/hls.js/1.4.12/dist/hls.min.js";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "media-src 'self' blob:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'self'";

    private record Asset(String contentType, byte[] plain, byte[] gzipped, String tag) implements HttpHandler {
        @Override
        public void handle(Exchange exchange) {
            Map<String, String> headers = new HashMap<>(Map.of("Cache-Control", "no-cache", "ETag", tag,
                    "Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer", "Vary", "Accept-Encoding",
                    "Access-Control-Allow-Origin", ""));
            boolean compress = ContentCoding.takesGzip(exchange.header("Accept-Encoding").orElse(""));
            if (compress) {
                headers.put("Content-Encoding", "gzip");
            }
            exchange.send(200, contentType, headers, Unpooled.wrappedBuffer(compress ? gzipped : plain));
        }
    }

    private Page() {}

    /** Adds the routes. */
    public static void addTo(Router router) {
        router.get("/", asset("/dev/penstock/dataplane/api/page/index.html", "text/html; charset=utf-8"))
                .get("/assets/page.css", asset("/dev/penstock/dataplane/api/page/page.css", "text/css; charset=utf-8"))
                .get("/assets/page.js", asset("/dev/penstock/dataplane/api/page/page.js", SCRIPT))
                .get("/assets/hls.min.js", asset(HLS_JS, SCRIPT));
    }

    private static Asset asset(String resource, String contentType) {
        try (InputStream in = Page.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("class path: no " + resource);
            }
            byte[] plain = in.readAllBytes();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(plain);
            }
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(plain), 0, 8);
            return new Asset(contentType, plain, out.toByteArray(), "W/\"" + hash + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

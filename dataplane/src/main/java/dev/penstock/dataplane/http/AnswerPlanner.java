package dev.penstock.dataplane.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Decides status, headers and bytes of an answer: conditions, ranges, CORS. Pure but for the Date header; any thread. */
final class AnswerPlanner {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String EXPOSED = "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, Date, ETag, "
            + "Last-Modified, Location, Penstock-Pod";

    /**
     * What the client asked, as far as it shapes the answer.
     *
     * @param method as received, HEAD included
     * @param headers the request's headers
     */
    record Asked(String method, HttpHeaders headers) {
        boolean head() {
            return method.equals("HEAD");
        }
    }

    /**
     * An answer's head and the part of the body that goes with it.
     *
     * @param status HTTP status
     * @param headers all but Connection and Transfer-Encoding
     * @param offset first byte of the body to send
     * @param length bytes of the body to send
     */
    record Plan(int status, HttpHeaders headers, long offset, long length) {}

    private record Stamp(long second, String text) {}

    private final InstantSource clock;
    private final Map<String, String> always;
    private volatile Stamp stamp = new Stamp(Long.MIN_VALUE, "");

    /** @param always headers that all answers have, unless a handler sets them */
    AnswerPlanner(InstantSource clock, Map<String, String> always) {
        this.clock = clock;
        this.always = Map.copyOf(always);
    }

    /** Text of an instant in headers (RFC 9110 5.6.7). */
    static String date(Instant instant) {
        return HTTP_DATE.format(instant);
    }

    /** Head of an answer without a known end. */
    HttpHeaders head(Asked asked, String contentType, Map<String, String> extra) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.DATE, now());
        headers.set("X-Content-Type-Options", "nosniff");
        always.forEach(headers::set);
        if (!contentType.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        if (asked.method().equals("GET") || asked.head() || asked.method().equals("OPTIONS")) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        extra.forEach(headers::set);
        if ("".equals(headers.get(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN))) {
            headers.remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN);
            headers.remove(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS);
        }
        return headers;
    }

    /**
     * Head and part of a body of known length.
     *
     * @param status what the handler answers
     * @param extra the handler's headers; they win over the server's
     * @param size bytes of the whole body; 0 for a HEAD whose handler left the body out
     */
    Plan plan(Asked asked, int status, String contentType, Map<String, String> extra, long size) {
        HttpHeaders headers = head(asked, contentType, extra);
        boolean conditional = status == 200 && (asked.method().equals("GET") || asked.head());
        if (conditional && unchanged(asked.headers(), headers)) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            return new Plan(304, headers, 0, 0);
        }
        boolean ranges = conditional && !headers.contains(HttpHeaderNames.CONTENT_ENCODING);
        if (ranges) {
            headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
            ByteRange range = asked.head() ? null : range(asked.headers(), headers, size).orElse(null);
            if (range != null) {
                return partial(headers, range, size);
            }
        }
        if (asked.head() && size == 0) {
            return new Plan(status, headers, 0, 0);
        }
        if (status == 204 || status == 304) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, size);
        }
        return new Plan(status, headers, 0, asked.head() ? 0 : size);
    }

    private static Plan partial(HttpHeaders headers, ByteRange range, long size) {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, range.length());
        if (range.length() == 0) {
            headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + size);
            headers.remove(HttpHeaderNames.CONTENT_TYPE);
            return new Plan(416, headers, 0, 0);
        }
        headers.set(HttpHeaderNames.CONTENT_RANGE,
                "bytes " + range.first() + "-" + (range.first() + range.length() - 1) + "/" + size);
        return new Plan(206, headers, range.first(), range.length());
    }

    /** Weak comparison of If-None-Match with the answer's ETag (RFC 9110 13.1.2). */
    private static boolean unchanged(HttpHeaders asked, HttpHeaders answer) {
        String tag = answer.get(HttpHeaderNames.ETAG);
        String wanted = asked.get(HttpHeaderNames.IF_NONE_MATCH);
        if (tag == null || wanted == null) {
            return false;
        }
        for (String candidate : wanted.split(",")) {
            if (candidate.strip().equals("*") || weak(candidate.strip()).equals(weak(tag))) {
                return true;
            }
        }
        return false;
    }

    private static String weak(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** The range to send; empty when none is asked, or If-Range names another version (RFC 9110 13.1.5). */
    private static Optional<ByteRange> range(HttpHeaders asked, HttpHeaders answer, long size) {
        String range = asked.get(HttpHeaderNames.RANGE);
        String condition = asked.get(HttpHeaderNames.IF_RANGE);
        if (range == null || (condition != null && !condition.equals(strong(answer.get(HttpHeaderNames.ETAG)))
                && !condition.equals(answer.get(HttpHeaderNames.LAST_MODIFIED)))) {
            return Optional.empty();
        }
        return ByteRange.parse(range, size);
    }

    private static @Nullable String strong(@Nullable String tag) {
        return tag == null || tag.startsWith("W/") ? null : tag;
    }

    private String now() {
        Instant now = clock.instant();
        Stamp last = stamp;
        if (last.second() != now.getEpochSecond()) {
            last = new Stamp(now.getEpochSecond(), date(now));
            stamp = last;
        }
        return last.text();
    }
}

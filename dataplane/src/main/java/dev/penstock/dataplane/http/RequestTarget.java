package dev.penstock.dataplane.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.QueryStringDecoder;

/**
 * A request's target, checked and decoded (RFC 9112 3.2.1 and 3.2.2).
 *
 * @param segments what stands between the slashes, decoded; the last is empty when the path ends with a slash
 * @param query parameters of the query, decoded
 * @param raw path and query as they were sent
 */
record RequestTarget(List<String> segments, Map<String, List<String>> query, String raw) {
    private static final int MAX_PARAMETERS = 64;

    /**
     * Parses a target in origin or absolute form.
     *
     * @throws HttpError 400 for what could mean another path to somebody else: dot segments, empty segments, encoded
     *     slashes, backslashes, control characters, broken escapes, bytes that are not UTF-8
     */
    static RequestTarget parse(String uri) throws HttpError {
        String origin = origin(uri);
        int question = origin.indexOf('?');
        String path = question < 0 ? origin : origin.substring(0, question);
        List<String> segments = new ArrayList<>();
        String[] raw = path.substring(1).split("/", -1);
        for (int i = 0; i < raw.length; i++) {
            String segment = decode(raw[i]);
            if (segment.isEmpty() && i < raw.length - 1) {
                throw new HttpError(400, "path: // (expected: single slashes)");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw new HttpError(400, "path: " + segment + " (expected: no dot segments)");
            }
            segments.add(segment);
        }
        return new RequestTarget(List.copyOf(segments), question < 0 ? Map.of() : query(origin.substring(question)),
                origin);
    }

    /** Decoded path. */
    String path() {
        return "/" + String.join("/", segments);
    }

    /** The same query at another path, which needs no decoding. */
    RequestTarget at(String path) {
        int question = raw.indexOf('?');
        return new RequestTarget(List.of(path.substring(1).split("/", -1)), query,
                question < 0 ? path : path + raw.substring(question));
    }

    private static Map<String, List<String>> query(String raw) throws HttpError {
        try {
            return new QueryStringDecoder(raw, StandardCharsets.UTF_8, true, MAX_PARAMETERS, true).parameters();
        } catch (IllegalArgumentException e) {
            throw new HttpError(400, "query (expected: no broken escapes)");
        }
    }

    private static String origin(String uri) throws HttpError {
        if (uri.startsWith("/")) {
            return uri;
        }
        int authority = uri.indexOf("://");
        String scheme = authority < 0 ? "" : uri.substring(0, authority);
        if (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https")) {
            int slash = uri.indexOf('/', authority + 3);
            return slash < 0 ? "/" : uri.substring(slash);
        }
        throw new HttpError(400, "request target (expected: /path or http://host/path)");
    }

    private static String decode(String raw) throws HttpError {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            int value = c;
            if (c == '%') {
                value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)) : -1;
                i += 2;
            } else if (c >= 0x7F) {
                value = -1;
            }
            if (value < 0x20 || value == 0x7F || value == '/' || value == '\\' || c == '#') {
                throw new HttpError(400,
                        "path (expected: no control characters, backslashes, encoded slashes or broken escapes)");
            }
            bytes[length++] = (byte) value;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw new HttpError(400, "path (expected: UTF-8)");
        }
    }

    /** Value of a hexadecimal digit; negative enough to stay so after a shift when it is none. */
    private static int hex(char c) {
        int digit = Character.digit(c, 16);
        return digit < 0 || c >= 0x7F ? Integer.MIN_VALUE >> 4 : digit;
    }
}

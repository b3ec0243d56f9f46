package dev.penstock.dataplane.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * What a client sees of an error: one line of text for those that ask for text, JSON for all others.
 *
 * @param contentType Content-Type
 * @param text the body
 */
record ErrorPage(String contentType, String text) {
    static ErrorPage of(int status, String message, HttpHeaders asked) {
        if (asked.get(HttpHeaderNames.ACCEPT, "").contains("text/")) {
            return new ErrorPage("text/plain; charset=utf-8", status + " " + message + "\n");
        }
        return new ErrorPage("application/json", "{\"status\":" + status + ",\"error\":\"" + escape(message) + "\"}\n");
    }

    /** Escapes for a JSON string (RFC 8259 7). */
    private static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}

package dev.penstock.dataplane.ingest.rtsp;

import java.util.Locale;

import dev.penstock.dataplane.ingest.input.SourceUrl;

/** The URIs of requests (RFC 2326 C.1.1). */
final class RtspUris {
    private RtspUris() {}

    /** The URL as a request says it: without user and password. */
    static String request(SourceUrl url) {
        return url.scheme() + "://" + url.authority() + url.path()
                + (url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery());
    }

    /**
     * Where a control attribute leads to.
     *
     * @param base Content-Base, Content-Location or the URI asked for
     */
    static String control(String base, String control) {
        if (control.isEmpty() || control.equals("*")) {
            return base;
        }
        if (isAbsolute(control)) {
            return control;
        }
        return base + (base.endsWith("/") || control.startsWith("/") ? "" : "/") + control;
    }

    /** Whether a text is a URL of RTSP that can stand in a request. */
    static boolean isAbsolute(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return (lower.startsWith("rtsp://") || lower.startsWith("rtsps://"))
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }
}

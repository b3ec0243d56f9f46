package dev.penstock.dataplane.ingest.input;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What sources that are got by HTTP say, and make of answers. */
public final class HttpWords {
    private static final int SHOWN = 80;

    private HttpWords() {}

    /**
     * A request for a URL.
     *
     * @param accept what may come
     * @param authorization value of the Authorization header, or null for none
     */
    public static HttpRequest get(SourceUrl url, String accept, @Nullable String authorization) {
        String path = url.path() + (url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery());
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers().set(HttpHeaderNames.HOST, url.authority()).set(HttpHeaderNames.USER_AGENT, "Penstock")
                .set(HttpHeaderNames.ACCEPT, accept);
        if (authorization != null) {
            request.headers().set(HttpHeaderNames.AUTHORIZATION, authorization);
        }
        return request;
    }

    /** Whether a status sends the client elsewhere (RFC 9110 15.4). */
    public static boolean isRedirect(int code) {
        return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
    }

    /** What a server sent, fit for one line of a log. */
    public static String printable(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) : line;
    }
}

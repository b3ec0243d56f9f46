package dev.penstock.dataplane.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way in: routed when its head is there, so that nobody uploads a body that nobody wants. Event loop only.
 * Its body lives on the heap: a handler that never answers leaks no native memory.
 */
final class IncomingRequest {
    private static final String PREFLIGHT_HEADERS = "Accept, Accept-Encoding, Authorization, Content-Type, If-None-Match, "
            + "If-Range, Range";

    private final HttpRequest request;
    private final HttpLimits limits;
    private final ByteBuf body;
    private RequestTarget target = new RequestTarget(List.of(""), Map.of(), "/");
    private HttpMetrics.RouteMetrics counters;
    private Map<String, String> params = Map.of();
    private Map<String, String> refusalHeaders = Map.of();
    private @Nullable HttpHandler handler;
    private @Nullable HttpError refusal;
    private boolean streams;
    private long received;

    IncomingRequest(HttpRequest request, RouteTable routes, HttpLimits limits) {
        this.request = request;
        this.limits = limits;
        counters = routes.unmatched();
        boolean keepsBody = method().equals("PUT") || method().equals("POST");
        body = keepsBody
                ? Unpooled.buffer(Math.min(256, limits.bodyBytes()), limits.bodyBytes())
                : Unpooled.EMPTY_BUFFER;
        if (request.decoderResult().isSuccess()) {
            try {
                route(routes);
            } catch (HttpError e) {
                refusal = e;
            }
        }
    }

    private void route(RouteTable routes) throws HttpError {
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            throw new HttpError(400, "Host header (expected: exactly one)");
        }
        if (request.method().equals(HttpMethod.OPTIONS) && request.uri().equals("*")) {
            return;
        }
        target = RequestTarget.parse(request.uri());
        RouteTable.Match match = match(routes);
        Optional<Router.Detour> detour = match instanceof RouteTable.NotFound
                ? routes.detour(target.path())
                : Optional.empty();
        if (detour.isPresent()) {
            target = target.at(detour.get().path());
            match = match(routes);
        }
        switch (match) {
            case RouteTable.Found found -> {
                counters = found.counters();
                params = found.params();
                streams = found.streams();
                handler = detour.isPresent() && detour.get().redirects() ? IncomingRequest::redirect : found.handler();
            }
            case RouteTable.NotAllowed notAllowed -> {
                counters = notAllowed.counters();
                refusalHeaders = Map.of("Allow", notAllowed.allow());
                if (!request.method().equals(HttpMethod.OPTIONS)) {
                    throw new HttpError(405, "method " + method() + " (expected: " + notAllowed.allow() + ")");
                }
                preflight(notAllowed.allow());
            }
            case RouteTable.NotFound notFound -> throw new HttpError(404, "not found");
        }
        if (!streams && HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
            throw new HttpError(413, "body (expected: at most " + limits.bodyBytes() + " bytes)");
        }
    }

    private RouteTable.Match match(RouteTable routes) {
        return routes.match(method().equals("HEAD") ? "GET" : method(), target);
    }

    /** Sends the client where its request has been led already. */
    private static void redirect(Exchange exchange) {
        exchange.send(307, "", Map.of("Location", exchange.target(), "Cache-Control", "no-cache"),
                Unpooled.EMPTY_BUFFER);
    }

    /** Answers a browser that asks before it asks (Fetch standard, CORS-preflight request): reading is open to all. */
    private void preflight(String allow) {
        if (request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            refusalHeaders = Map.of("Allow", allow, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Headers", PREFLIGHT_HEADERS, "Access-Control-Max-Age", "86400");
        }
    }

    /** Method as received. */
    String method() {
        return request.method().name();
    }

    AnswerPlanner.Asked asked() {
        return new AnswerPlanner.Asked(method(), request.headers());
    }

    /** Whether the connection may stay; not for HTTP/1.0, whose keep-alive is an extension. */
    boolean keepAlive() {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1) && HttpUtil.isKeepAlive(request);
    }

    boolean hasBody() {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }

    /** Whether the handler takes the body as it comes. */
    boolean streams() {
        return streams && refusal == null && handler != null;
    }

    /** Takes a piece of the body; false when it has become too large. */
    boolean add(ByteBuf piece) {
        received += piece.readableBytes();
        if (received > limits.bodyBytes()) {
            return false;
        }
        if (body.maxCapacity() > 0) {
            body.writeBytes(piece);
        }
        return true;
    }

    /** Why no handler sees this request, or null. */
    @Nullable
    HttpError refusal() {
        return refusal;
    }

    /** Headers for an answer that the server gives itself. */
    Map<String, String> refusalHeaders() {
        return refusalHeaders;
    }

    /** Who answers; null when the server does itself. */
    @Nullable
    HttpHandler handler() {
        return handler;
    }

    RequestTarget target() {
        return target;
    }

    Map<String, String> params() {
        return params;
    }

    HttpMetrics.RouteMetrics counters() {
        return counters;
    }

    ByteBuf body() {
        return body;
    }
}

package dev.penstock.dataplane.ingest.push;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;

/**
 * Publishing by HTTP: {@code POST} or {@code PUT} of a stream that lasts, to {@code /publish/{ns}/{name}}, or of one segment after
 * the other, to {@code /publish/{ns}/{name}/{seq}.ts}. The key comes as {@code ?key=} or as a bearer token. Any thread.
 */
public final class HttpPush {
    private final PublishGate gate;
    private final HttpPushLimits limits;
    private final SegmentPush segments;

    /**
     * @param gate decides who may publish
     * @param limits bounds of what is kept
     */
    public HttpPush(PublishGate gate, HttpPushLimits limits) {
        this.gate = gate;
        this.limits = limits;
        this.segments = new SegmentPush(gate, limits);
    }

    /** Adds the routes. */
    public void routes(Router router) {
        for (String method : new String[]{"POST", "PUT"}) {
            router.streaming(method, "/publish/{ns}/{name}", this::stream);
            router.streaming(method, "/publish/{ns}/{name}/{seq}.ts", segments::segment);
            router.streaming(method, "/publish/{ns}/{name}/{playlist}.m3u8", segments::playlist);
        }
    }

    private void stream(Exchange exchange) {
        new StreamUpload(exchange, limits.inFlightBytes()).ask(gate, request(exchange));
    }

    /** What the publisher says of itself. */
    static PublishRequest request(Exchange exchange) {
        return new PublishRequest("http", exchange.param("ns"), exchange.param("name"), key(exchange),
                InetSocketAddress.createUnresolved(exchange.remoteAddress(), 0));
    }

    private static @Nullable String key(Exchange exchange) {
        Optional<String> bearer = exchange.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
        return exchange.query("key").or(() -> bearer).orElse(null);
    }

    /** What a publisher that is turned away sees. */
    static HttpError error(PublishVerdict verdict, PublishRequest request) {
        return switch (verdict) {
            case PublishVerdict.Refused refused -> error(refused, request);
            case PublishVerdict.Elsewhere elsewhere -> new HttpError(503,
                    "the stream has moved to another pod; try again", Map.of("Retry-After", "1"));
            case PublishVerdict.Accepted accepted -> throw new IllegalArgumentException("accepted");
        };
    }

    private static HttpError error(PublishVerdict.Refused refused, PublishRequest request) {
        return switch (refused.reason()) {
            case NOT_FOUND, FORBIDDEN -> request.key() == null
                    ? new HttpError(401, refused.message() + " (expected: ?key=, or Authorization: Bearer)",
                            Map.of("WWW-Authenticate", "Bearer realm=\"publish\""))
                    : new HttpError(403, refused.message());
            case BUSY -> new HttpError(409, refused.message());
            case OFFLINE -> new HttpError(503, refused.message(), Map.of("Retry-After", "60"));
            case UNAVAILABLE -> new HttpError(503, refused.message(), Map.of("Retry-After", "2"));
        };
    }
}

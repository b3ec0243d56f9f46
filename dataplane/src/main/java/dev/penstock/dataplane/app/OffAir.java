package dev.penstock.dataplane.app;

import java.util.Map;

import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;

/** Turns viewers of streams away that their spec has taken off the air, with that reason. Any thread. */
final class OffAir {
    private static final String RETRY_SECONDS = "30";

    private final LiveStreams streams;

    OffAir(LiveStreams streams) {
        this.streams = streams;
    }

    /** The same routes; those of a live stream look first whether it is on the air. */
    Router guard(Router routes) {
        Router guarded = new Router().otherwise(routes.detours());
        for (Router.Route route : routes.routes()) {
            HttpHandler handler = route.pattern().startsWith("/live/{ns}/{name}")
                    ? viewed(route.handler())
                    : route.handler();
            guarded.add(new Router.Route(route.method(), route.pattern(), handler, route.streams()));
        }
        return guarded;
    }

    private HttpHandler viewed(HttpHandler next) {
        return exchange -> {
            String namespace = exchange.param("ns");
            String name = exchange.param("name");
            if (streams.offAir(namespace, name).isPresent()) {
                throw new HttpError(503, message(namespace + "/" + name), Map.of("Retry-After", RETRY_SECONDS));
            }
            next.handle(exchange);
        };
    }

    /** The sentence that viewers and publishers are told. */
    static String message(String id) {
        return "stream " + id + ": off the air (spec.offline: true)";
    }
}

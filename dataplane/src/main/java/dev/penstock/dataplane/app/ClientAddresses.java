package dev.penstock.dataplane.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.penstock.dataplane.access.TrustedProxies;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.ForwardingExchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;

/** Lets handlers see the client's address instead of that of a trusted proxy, or of the pod that relays. Any thread. */
final class ClientAddresses {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final TrustedProxies trusted;

    ClientAddresses(TrustedProxies trusted) {
        this.trusted = trusted;
    }

    /** The same routes, whose handlers see clients' addresses. */
    Router guard(Router routes) {
        if (trusted.isEmpty()) {
            return routes;
        }
        Router guarded = new Router().otherwise(routes.detours());
        for (Router.Route route : routes.routes()) {
            // Writes are judged by the connection itself: nobody gets closer by a header.
            HttpHandler handler = route.pattern().startsWith("/api/") ? route.handler() : seeing(route.handler());
            guarded.add(new Router.Route(route.method(), route.pattern(), handler, route.streams()));
        }
        return guarded;
    }

    private HttpHandler seeing(HttpHandler next) {
        return exchange -> {
            String peer = exchange.remoteAddress();
            String client = exchange.header(FORWARDED_FOR).isEmpty() ? peer : trusted.client(peer, all(exchange));
            next.handle(client.equals(peer) ? exchange : new FromClient(exchange, client));
        };
    }

    private static List<String> all(Exchange exchange) {
        List<String> values = new ArrayList<>();
        for (Map.Entry<String, String> header : exchange.requestHeaders()) {
            if (header.getKey().equalsIgnoreCase(FORWARDED_FOR)) {
                values.add(header.getValue());
            }
        }
        return values;
    }

    private static final class FromClient extends ForwardingExchange {
        private final String client;

        FromClient(Exchange to, String client) {
            super(to);
            this.client = client;
        }

        @Override
        public String remoteAddress() {
            return client;
        }
    }
}

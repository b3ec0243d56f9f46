package dev.penstock.dataplane.placement;

import java.net.InetAddress;
import java.util.Map;

import io.netty.util.concurrent.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.ShownPath;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Brings requests for what another pod owns to that pod, and its answers back, as they are. One hop: a request that comes from
 * a pod is answered here, whatever the table says, so tables that differ for a moment make a 404, never a circle.
 */
public final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final RingView ring;
    private final PeerNames names;
    private final PeerConnections connections;
    private final PeerAddresses addresses;
    private final Peers peers;
    private final RecordingPlaces recordings;
    private final PlacementMetrics metrics;

    /**
     * @param transport event loops of the HTTP server, on which connections to pods are made too
     * @param names where the pods are
     */
    public Relay(Transport transport, RingView ring, PeerNames names, RelayLimits limits, PlacementMetrics metrics) {
        this(transport, ring, names, limits, metrics, InetAddress::getByName);
    }

    Relay(Transport transport, RingView ring, PeerNames names, RelayLimits limits, PlacementMetrics metrics,
            PeerAddresses.Lookup lookup) {
        this.ring = ring;
        this.names = names;
        this.metrics = metrics;
        addresses = new PeerAddresses(lookup);
        connections = new PeerConnections(transport, names, limits, metrics, addresses);
        peers = new Peers(ring, names, addresses, limits.questionTimeout());
        recordings = new RecordingPlaces(ring, Ticker.systemTicker());
    }

    /** The same routes; those of streams and recordings go to their owner first. */
    public Router guard(Router routes) {
        Router guarded = new Router().otherwise(routes.detours());
        for (Router.Route route : routes.routes()) {
            String pattern = route.pattern();
            HttpHandler handler = route.handler();
            if (pattern.startsWith("/live/{ns}/{name}") || isOfStream(route)
                    || pattern.startsWith("/publish/{ns}/{name}")) {
                handler = ofStream(handler);
            } else if (pattern.startsWith("/recordings/{ns}/{recording}")) {
                handler = ofRecording(handler);
            }
            guarded.add(new Router.Route(route.method(), pattern, handler, route.streams()));
        }
        return guarded;
    }

    /** What a pod says of a stream, its owner says; what changes one, any pod does. */
    private static boolean isOfStream(Router.Route route) {
        return route.method().equals("GET") && route.pattern().startsWith("/api/v1/streams/{ns}/{name}");
    }

    /** All other pods, to ask them. */
    public Peers peers() {
        return peers;
    }

    /** Ends what the relay itself runs. */
    public void close() {
        peers.close();
        addresses.close();
    }

    private HttpHandler ofStream(HttpHandler here) {
        return exchange -> {
            String namespace = exchange.param("ns");
            String stream = exchange.param("name");
            if (ring.hasStream(namespace, stream)) {
                here.handle(exchange);
            } else {
                go(exchange, namespace, stream, here);
            }
        };
    }

    private HttpHandler ofRecording(HttpHandler here) {
        return exchange -> {
            String namespace = exchange.param("ns");
            String recording = exchange.param("recording");
            if (ring.hasRecording(namespace, recording) || ring.table().isEmpty()) {
                here.handle(exchange);
                return;
            }
            recordings.find(namespace, recording, exchange.eventLoop(), stream -> guarded(exchange, () -> {
                if (stream.isEmpty()) {
                    throw new HttpError(404, "recording " + namespace + "/" + recording + ": there is none");
                }
                go(exchange, namespace, stream.get(), here);
            }), failure -> {
                metrics.refused();
                exchange.fail(failure);
            });
        };
    }

    private interface Step {
        void run() throws HttpError;
    }

    private static void guarded(Exchange exchange, Step step) {
        try {
            step.run();
        } catch (HttpError e) {
            exchange.fail(e);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.PATH, ShownPath.of(exchange.path())).setCause(e)
                    .log("Request not relayed");
            exchange.fail(new HttpError(500, "internal error"));
        }
    }

    private void go(Exchange exchange, String namespace, String stream, HttpHandler here) throws HttpError {
        switch (Place.of(ring.table(), ring.ordinal(), namespace, stream)) {
            case Place.Here at -> {
                if (!ring.isSettled()) {
                    metrics.nowhere();
                    throw new HttpError(503, "stream " + namespace + "/" + stream + " is about to be served; try again",
                            Map.of("Retry-After", "1"));
                }
                here.handle(exchange);
            }
            case Place.There at when isRelayed(exchange) -> {
                metrics.refused();
                throw new HttpError(404, "not here, but in pod " + names.pod(at.ordinal()));
            }
            case Place.There at -> {
                if (names.domain().isEmpty()) {
                    metrics.failed();
                    throw new HttpError(503, "served by pod " + names.pod(at.ordinal())
                            + ", which cannot be found (expected: --peers, or PENSTOCK_PEERS)");
                }
                new RelayedRequest(exchange, connections, names, metrics, at.ordinal()).start();
            }
            case Place.Nowhere at -> {
                metrics.nowhere();
                throw new HttpError(503, "no pod serves stream " + namespace + "/" + stream + " now; try again",
                        Map.of("Retry-After", "2"));
            }
        }
    }

    /** Whether another pod asks, so that only what is here is meant. */
    public static boolean isRelayed(Exchange exchange) {
        return exchange.header(RelayedRequest.RELAY).isPresent();
    }
}

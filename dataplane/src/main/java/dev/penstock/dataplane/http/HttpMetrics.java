package dev.penstock.dataplane.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of one HTTP server. Any thread. Connections that were taken over count as open; their bytes are not counted here. */
public final class HttpMetrics {
    private static final List<String> CLASSES = List.of("1xx", "2xx", "3xx", "4xx", "5xx");

    private final MeterRegistry registry;
    private final String server;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private final Counter sent;
    private final Counter handshakesFailed;

    /**
     * @param registry where the meters go
     * @param server which of the process's servers, such as {@code main} or {@code admin}
     */
    public HttpMetrics(MeterRegistry registry, String server) {
        this.registry = registry;
        this.server = server;
        Gauge.builder("penstock.http.connections", connections, AtomicInteger::get).tag("server", server)
                .description("Open connections").register(registry);
        refused = Counter.builder("penstock.http.connections.refused").tag("server", server)
                .description("Connections refused because there were too many").register(registry);
        handshakesFailed = Counter.builder("penstock.http.tls.failed").tag("server", server)
                .description("TLS handshakes that failed or took too long").register(registry);
        sent = Counter.builder("penstock.http.sent").baseUnit("bytes").tag("server", server)
                .description("Bytes of answers handed to the socket").register(registry);
    }

    /** Counters of one route, by class of status. */
    static final class RouteMetrics {
        private final Counter[] byClass;

        private RouteMetrics(Counter[] byClass) {
            this.byClass = byClass;
        }

        void answered(int status) {
            byClass[Math.clamp(status / 100, 1, 5) - 1].increment();
        }
    }

    /** Counters for a route's pattern; the same meters when asked twice. */
    RouteMetrics route(String pattern) {
        Counter[] counters = new Counter[CLASSES.size()];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = Counter.builder("penstock.http.requests").tag("server", server).tag("route", pattern)
                    .tag("status", CLASSES.get(i)).description("Answers by route and class of status")
                    .register(registry);
        }
        return new RouteMetrics(counters);
    }

    /** A connection opened; returns how many are open now. */
    int opened() {
        return connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }

    void refused() {
        refused.increment();
    }

    void handshakeFailed() {
        handshakesFailed.increment();
    }

    void sent(long bytes) {
        sent.increment(bytes);
    }

    /** Counts a connection that the server closed because the client was too slow. */
    void timedOut(String phase) {
        Counter.builder("penstock.http.timeouts").tag("server", server).tag("phase", phase)
                .description("Connections closed because the client was too slow").register(registry).increment();
    }
}

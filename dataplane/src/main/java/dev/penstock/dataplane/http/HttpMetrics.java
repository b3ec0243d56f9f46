package dev.penstock.dataplane.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Meters of one HTTP server. Any thread. Connections that were taken over count as open; their bytes are not counted here. */
public final class HttpMetrics {
    private static final List<String> CLASSES = List.of("1xx", "2xx", "3xx", "4xx", "5xx");

    private final MeterRegistry registry;
    private final String server;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private final Counter sent;

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
        sent = Counter.builder("penstock.http.sent").baseUnit("bytes").tag("server", server)
                .description("Bytes of answers handed to the socket").register(registry);
    }

    /** Counters of one route by class of status; a series exists once there was such an answer. */
    final class RouteMetrics {
        private final String pattern;
        private final AtomicReferenceArray<@Nullable Counter> byClass = new AtomicReferenceArray<>(CLASSES.size());

        private RouteMetrics(String pattern) {
            this.pattern = pattern;
        }

        void answered(int status) {
            int index = Math.clamp(status / 100, 1, CLASSES.size()) - 1;
            Counter counter = byClass.get(index);
            if (counter == null) {
                counter = Counter.builder("penstock.http.requests").tag("server", server).tag("route", pattern)
                        .tag("status", CLASSES.get(index)).description("Answers by route and class of status")
                        .register(registry);
                byClass.set(index, counter);
            }
            counter.increment();
        }
    }

    /** Counters for a route's pattern; the same meters when asked twice. */
    RouteMetrics route(String pattern) {
        return new RouteMetrics(pattern);
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

    void sent(long bytes) {
        sent.increment(bytes);
    }

    /** Counts a connection that the server closed because the client was too slow. */
    void timedOut(String phase) {
        Counter.builder("penstock.http.timeouts").tag("server", server).tag("phase", phase)
                .description("Connections closed because the client was too slow").register(registry).increment();
    }
}

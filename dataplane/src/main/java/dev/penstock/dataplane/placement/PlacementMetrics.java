package dev.penstock.dataplane.placement;

import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of the relay to other pods. Any thread. */
public final class PlacementMetrics {
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter relayed;
    private final Counter failed;
    private final Counter refused;
    private final Counter nowhere;
    private final Counter bytes;
    private final Counter paused;

    /** Declares them. */
    public PlacementMetrics(MeterRegistry registry) {
        relayed = requests(registry, "relayed");
        failed = requests(registry, "failed");
        refused = requests(registry, "refused");
        nowhere = requests(registry, "nowhere");
        bytes = Counter.builder("penstock.relay.received").baseUnit("bytes")
                .description("Bytes of bodies that came from other pods for viewers here").register(registry);
        paused = Counter.builder("penstock.relay.pauses")
                .description("Times that reading from a pod stopped because the viewer was slower").register(registry);
        Gauge.builder("penstock.relay.connections", connections, AtomicInteger::get)
                .description("Open connections to other pods").register(registry);
    }

    private static Counter requests(MeterRegistry registry, String outcome) {
        return Counter.builder("penstock.relay.requests").tag("outcome", outcome)
                .description("Requests for what another pod owns, by what became of them").register(registry);
    }

    /** The other pod answers. */
    void relayed() {
        relayed.increment();
    }

    /** The other pod did not answer, or broke off. */
    void failed() {
        failed.increment();
    }

    /** There were too many connections to the other pod, or too many questions to the cluster. */
    void refused() {
        refused.increment();
    }

    /** No pod owns it now. */
    void nowhere() {
        nowhere.increment();
    }

    void received(long count) {
        bytes.increment(count);
    }

    void paused() {
        paused.increment();
    }

    void opened() {
        connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }
}

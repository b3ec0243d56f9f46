package dev.penstock.dataplane.access;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of viewers and their limits, of the whole pod. Any thread. */
public final class LimitMetrics {
    private final AtomicInteger connections;
    private final AtomicInteger players;
    private final AtomicInteger podFull;
    private final AtomicInteger streamsFull;
    private final Map<Admission.Limit, Counter> refused = new EnumMap<>(Admission.Limit.class);

    /** Declares the meters. */
    public LimitMetrics(MeterRegistry registry) {
        connections = gauge(registry, "penstock.viewers", "connection", "Viewers now, by how they are counted");
        players = gauge(registry, "penstock.viewers", "player", "Viewers now, by how they are counted");
        podFull = gauge(registry, "penstock.viewers.full", "pod", "Pods and streams that have reached the soft limit");
        streamsFull = gauge(registry, "penstock.viewers.full", "stream",
                "Pods and streams that have reached the soft limit");
        for (Admission.Limit limit : Admission.Limit.values()) {
            refused.put(limit, Counter.builder("penstock.viewers.refused")
                    .tag("limit", limit.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("Viewers turned away, by the limit that was reached").register(registry));
        }
    }

    private static AtomicInteger gauge(MeterRegistry registry, String name, String kind, String description) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(name, value, AtomicInteger::get).tag("kind", kind).description(description).register(registry);
        return value;
    }

    void connections(int change) {
        connections.addAndGet(change);
    }

    void players(int change) {
        players.addAndGet(change);
    }

    void pod(boolean full) {
        podFull.set(full ? 1 : 0);
    }

    void stream(int change) {
        streamsFull.addAndGet(change);
    }

    void refused(Admission.Limit limit) {
        refused.get(limit).increment();
    }
}

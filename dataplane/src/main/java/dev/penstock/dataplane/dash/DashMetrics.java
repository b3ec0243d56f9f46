package dev.penstock.dataplane.dash;

import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all DASH clients of a pod. Any thread. */
public final class DashMetrics {
    private final AtomicInteger growing = new AtomicInteger();
    private final Counter refused;
    private final Counter cut;

    /** Declares the meters. */
    public DashMetrics(MeterRegistry registry) {
        registry.gauge("penstock.dash.growing", growing);
        refused = Counter.builder("penstock.dash.refused")
                .description("Requests refused because too many wait or are answered at once").register(registry);
        cut = Counter.builder("penstock.dash.cut")
                .description("Segments under way whose rest never came: the connection was cut").register(registry);
    }

    /** One more segment is sent while it grows; returns how many there are then. */
    int began() {
        return growing.incrementAndGet();
    }

    void ended() {
        growing.decrementAndGet();
    }

    void refused() {
        refused.increment();
    }

    void cut() {
        cut.increment();
    }
}

package dev.penstock.dataplane.notify;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all targets together. Any thread. */
public final class NotifyMetrics {
    /** What became of an event, or of a try. */
    enum Outcome {
        /** Told. */
        DELIVERED,
        /** A try has failed; there is another one. */
        RETRIED,
        /** Given up: the last try has failed, or the target does not want it. */
        FAILED,
        /** Given up for a newer one, as too many wait. */
        DROPPED
    }

    private final Map<Outcome, Counter> events = new EnumMap<>(Outcome.class);
    private final AtomicInteger waiting;

    /** Declares the meters. */
    public NotifyMetrics(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            events.put(outcome, Counter.builder("penstock.notify.events")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .description("Events for those that spec.notify names, by what became of them").register(registry));
        }
        waiting = registry.gauge("penstock.notify.waiting", new AtomicInteger());
    }

    void count(Outcome outcome) {
        events.get(outcome).increment();
    }

    void waiting(int change) {
        waiting.addAndGet(change);
    }
}

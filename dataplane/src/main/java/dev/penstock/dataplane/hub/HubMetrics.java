package dev.penstock.dataplane.hub;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import dev.penstock.dataplane.media.ts.TsFault;

/** Meters of all hubs of a pod together: no stream's name is a label. Any thread. */
public final class HubMetrics {
    private final Counter bytes;
    private final Counter discontinuities;
    private final Counter chunks;
    private final Map<TsFault, Counter> faults = new EnumMap<>(TsFault.class);
    private final AtomicInteger streams = new AtomicInteger();

    /** Declares the meters. */
    public HubMetrics(MeterRegistry registry) {
        bytes = Counter.builder("penstock.hub.received").baseUnit("bytes")
                .description("Bytes received from sources").register(registry);
        chunks = Counter.builder("penstock.hub.chunks").description("Chunks handed on").register(registry);
        discontinuities = Counter.builder("penstock.hub.discontinuities")
                .description("Changes of source, PCR jumps and changes of a program").register(registry);
        for (TsFault fault : TsFault.values()) {
            faults.put(fault, Counter.builder("penstock.hub.faults").tag("kind", fault.name().toLowerCase(Locale.ROOT))
                    .description("Faults found in transport streams").register(registry));
        }
        registry.gauge("penstock.hub.streams", streams);
    }

    void opened() {
        streams.incrementAndGet();
    }

    void closed() {
        streams.decrementAndGet();
    }

    void received(int count) {
        bytes.increment(count);
    }

    void chunk() {
        chunks.increment();
    }

    void discontinuity() {
        discontinuities.increment();
    }

    void fault(TsFault kind) {
        faults.get(kind).increment();
    }
}

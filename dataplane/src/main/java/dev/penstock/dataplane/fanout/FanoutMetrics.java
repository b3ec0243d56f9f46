package dev.penstock.dataplane.fanout;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all HTTP-TS viewers of a pod. Counted once per sweep or event, never per packet. Any thread. */
public final class FanoutMetrics {
    /** Why a viewer is no longer there. */
    enum Leave {
        /** The viewer closed the connection. */
        CLIENT,
        /** Its connection took nothing for the write timeout. */
        WRITE_TIMEOUT,
        /** It fell out of the ring and the policy is to disconnect. */
        TOO_SLOW,
        /** The connection failed. */
        ERROR,
        /** The stream was closed. */
        STREAM_CLOSED,
        /** Somebody with the right to do so ended the session. */
        KICKED
    }

    private final AtomicInteger viewers = new AtomicInteger();
    private final Counter bytes;
    private final Counter skips;
    private final Counter refused;
    private final Map<Leave, Counter> left = new EnumMap<>(Leave.class);

    /** Declares the meters. */
    public FanoutMetrics(MeterRegistry registry) {
        registry.gauge("penstock.fanout.viewers", viewers);
        bytes = Counter.builder("penstock.fanout.sent").baseUnit("bytes")
                .description("Bytes handed to the connections of viewers").register(registry);
        skips = Counter.builder("penstock.fanout.skips").description("Slow viewers moved to the newest keyframe")
                .register(registry);
        refused = Counter.builder("penstock.fanout.refused").description("Viewers refused by the hard limit")
                .register(registry);
        for (Leave reason : Leave.values()) {
            left.put(reason, Counter.builder("penstock.fanout.left")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("Viewers that left or were cut").register(registry));
        }
    }

    void joined() {
        viewers.incrementAndGet();
    }

    void left(Leave reason) {
        viewers.decrementAndGet();
        left.get(reason).increment();
    }

    void sent(long count) {
        bytes.increment(count);
    }

    void skipped() {
        skips.increment();
    }

    void refused() {
        refused.increment();
    }
}

package dev.penstock.dataplane.ingest.rtmp;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all RTMP connections of a pod together. Any thread. */
public final class RtmpMetrics {
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger publishers = new AtomicInteger();
    private final AtomicInteger relayed = new AtomicInteger();
    private final Map<End, Counter> ends = new EnumMap<>(End.class);
    private final Counter damaged;

    /** Why a connection was ended by us. */
    enum End {
        /** The publisher was refused. */
        REFUSED,
        /** It broke the protocol or a limit. */
        FAULT,
        /** It was silent for too long. */
        TIMEOUT,
        /** There are too many connections. */
        FULL
    }

    /** Declares the meters. */
    public RtmpMetrics(MeterRegistry registry) {
        Gauge.builder("penstock.rtmp.connections", connections, AtomicInteger::get).description("Open RTMP connections")
                .register(registry);
        Gauge.builder("penstock.rtmp.publishers", publishers, AtomicInteger::get)
                .description("RTMP publishers of streams of this pod").register(registry);
        Gauge.builder("penstock.rtmp.relayed", relayed, AtomicInteger::get)
                .description("RTMP publishers that are relayed to the pod that has their stream").register(registry);
        for (End end : End.values()) {
            ends.put(end, Counter.builder("penstock.rtmp.ended").tag("reason", end.name().toLowerCase(Locale.ROOT))
                    .description("RTMP connections ended by the server").register(registry));
        }
        damaged = Counter.builder("penstock.rtmp.damaged").baseUnit("messages")
                .description("Audio and video messages dropped because they are not what they say").register(registry);
    }

    /** Opens a connection. How many there are now. */
    int connected() {
        return connections.incrementAndGet();
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    void publishing(int change) {
        publishers.addAndGet(change);
    }

    void relaying(int change) {
        relayed.addAndGet(change);
    }

    void ended(End end) {
        Counter counter = ends.get(end);
        if (counter != null) {
            counter.increment();
        }
    }

    void damaged(long messages) {
        damaged.increment(messages);
    }
}

package dev.penstock.dataplane.ingest.srt;

import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all SRT connections of a pod together. Any thread. */
public final class SrtMetrics {
    private final AtomicInteger publishers = new AtomicInteger();
    private final AtomicInteger relayed = new AtomicInteger();
    private final Counter dropped;
    private final Counter malformed;
    private final Counter unfinished;

    /** Declares the meters. */
    public SrtMetrics(MeterRegistry registry) {
        Gauge.builder("penstock.srt.publishers", publishers, AtomicInteger::get)
                .description("SRT connections of publishers").register(registry);
        Gauge.builder("penstock.srt.relayed", relayed, AtomicInteger::get)
                .description("SRT publishers that are relayed to the pod that owns their stream").register(registry);
        dropped = Counter.builder("penstock.srt.dropped").baseUnit("bytes")
                .description(
                        "Bytes received that were dropped because the event loop or the next pod did not take them")
                .register(registry);
        malformed = Counter.builder("penstock.srt.malformed")
                .description("SRT callers turned away because of their stream id or because there are too many")
                .register(registry);
        unfinished = Counter.builder("penstock.srt.unfinished")
                .description(
                        "SRT callers whose connection was not completed: wrong passphrase, one side without, or gone")
                .register(registry);
    }

    void publishers(int change) {
        publishers.addAndGet(change);
    }

    void relayed(int change) {
        relayed.addAndGet(change);
    }

    void dropped(long bytes) {
        dropped.increment(bytes);
    }

    void unfinished() {
        unfinished.increment();
    }

    void malformed() {
        malformed.increment();
    }
}

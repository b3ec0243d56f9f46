package dev.penstock.dataplane.vod;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of stream mode. Any thread. */
public final class VodMetrics {
    private final Counter opens;
    private final Counter refused;
    private final Counter changed;
    private final Counter segments;
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** Declares the meters. */
    public VodMetrics(MeterRegistry registry) {
        opens = Counter.builder("penstock.vod.opens").description("Files opened and indexed").register(registry);
        refused = Counter.builder("penstock.vod.refused").description("Files that cannot be served as they are")
                .register(registry);
        changed = Counter.builder("penstock.vod.changed").description("Open files that had changed").register(registry);
        segments = Counter.builder("penstock.vod.segments").description("Segments made").register(registry);
        Gauge.builder("penstock.vod.files", files, AtomicInteger::get).description("Open files").register(registry);
        Gauge.builder("penstock.vod.index", bytes, AtomicLong::get).baseUnit("bytes")
                .description("Memory of the indexes of open files, about").register(registry);
    }

    void opened() {
        opens.increment();
    }

    void refused() {
        refused.increment();
    }

    void changed() {
        changed.increment();
    }

    void segment() {
        segments.increment();
    }

    void holds(int openFiles, long indexBytes) {
        files.set(openFiles);
        bytes.set(indexBytes);
    }
}

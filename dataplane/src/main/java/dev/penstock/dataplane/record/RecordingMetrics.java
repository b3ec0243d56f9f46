package dev.penstock.dataplane.record;

import java.util.Collection;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import dev.penstock.dataplane.store.StoreException;

/** Meters of all recorders of a process together. Safe for use by many threads. */
public final class RecordingMetrics {
    private final MeterRegistry registry;
    private final Counter segments;
    private final Counter bytes;
    private final Counter uploaded;
    private final Counter retries;

    /** @param registry where the meters are kept */
    public RecordingMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.segments = Counter.builder("penstock.recording.segments")
                .description("Segments kept durably in the spool").register(registry);
        this.bytes = Counter.builder("penstock.recording.bytes").baseUnit("bytes")
                .description("Bytes kept durably in the spool").register(registry);
        this.uploaded = Counter.builder("penstock.recording.uploaded.segments")
                .description("Segments stored in object stores").register(registry);
        this.retries = Counter.builder("penstock.recording.upload.retries")
                .description("Uploads tried again after a failure").register(registry);
        for (DropReason reason : DropReason.values()) {
            dropped(reason, 0);
        }
        for (StoreException.Kind kind : StoreException.Kind.values()) {
            failures(kind).increment(0);
        }
    }

    /** Why a segment was not kept. */
    enum DropReason {
        /** The recorder was too slow: its queue was full. */
        QUEUE,
        /** The spool was full of what waits for upload. */
        SPOOL,
        /** The disk failed. */
        DISK;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Adds gauges over all recorders.
     *
     * @param statuses gives the present status of each
     */
    public void watch(Supplier<Collection<RecorderStatus>> statuses) {
        sum("penstock.recording.spool", "bytes", "Bytes in the spools", statuses, RecorderStatus::spoolBytes);
        sum("penstock.recording.pending.segments", null, "Segments that wait for upload", statuses,
                s -> s.upload().pendingSegments());
        sum("penstock.recording.pending", "bytes", "Bytes that wait for upload", statuses,
                s -> s.upload().pendingBytes());
        Gauge.builder("penstock.recording.upload.lag", statuses,
                all -> all.get().stream().mapToDouble(s -> s.upload().lagSeconds()).max().orElse(0)).baseUnit("seconds")
                .description("Age of the oldest segment that waits for upload").register(registry);
        for (RecorderStatus.Phase phase : RecorderStatus.Phase.values()) {
            Gauge.builder("penstock.recording.recorders", statuses,
                    all -> all.get().stream().filter(s -> s.phase() == phase).count())
                    .tag("phase", phase.name().toLowerCase(Locale.ROOT)).description("Recorders by phase")
                    .register(registry);
        }
    }

    void kept(long segmentBytes) {
        segments.increment();
        bytes.increment(segmentBytes);
    }

    void dropped(DropReason reason, int count) {
        Counter.builder("penstock.recording.dropped.segments").description("Segments that were lost")
                .tag("reason", reason.label()).register(registry).increment(count);
    }

    void uploaded() {
        uploaded.increment();
    }

    void retried(long count) {
        retries.increment(count);
    }

    void uploadFailed(StoreException.Kind kind) {
        failures(kind).increment();
    }

    private Counter failures(StoreException.Kind kind) {
        return Counter.builder("penstock.recording.upload.failures").description("Uploads that failed")
                .tag("kind", kind.name().toLowerCase(Locale.ROOT)).register(registry);
    }

    private void sum(String name, String unit, String description, Supplier<Collection<RecorderStatus>> statuses,
            ToDoubleFunction<RecorderStatus> value) {
        Gauge.builder(name, statuses, all -> all.get().stream().mapToDouble(value).sum()).baseUnit(unit)
                .description(description).register(registry);
    }
}

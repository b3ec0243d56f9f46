package dev.penstock.operator.reconcile.mediapool;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.jspecify.annotations.Nullable;

/** Keeps the number of streams in the status of a pool from being written more often than every {@link #PAUSE}. Any thread. */
final class StreamCounts {
    static final Duration PAUSE = Duration.ofSeconds(30);

    /**
     * What the status shall say.
     *
     * @param count the number, or null if none is known
     * @param lookAgain when a newer number may be written
     */
    record Shown(@Nullable Integer count, Optional<Duration> lookAgain) {}

    private final Map<ResourceID, Long> writtenNanos = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    StreamCounts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    Shown shown(ResourceID pool, @Nullable Integer before, Optional<Integer> now) {
        if (now.isEmpty() || now.get().equals(before)) {
            return new Shown(before, Optional.empty());
        }
        long time = nanos.getAsLong();
        Long last = writtenNanos.get(pool);
        Duration left = before == null || last == null ? Duration.ZERO : PAUSE.minusNanos(time - last);
        if (left.isPositive()) {
            return new Shown(before, Optional.of(left));
        }
        writtenNanos.put(pool, time);
        return new Shown(now.get(), Optional.empty());
    }

    void forget(ResourceID pool) {
        writtenNanos.remove(pool);
    }
}

package dev.penstock.dataplane.resource;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import dev.penstock.api.Condition;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Decides which report is written when: a transition at once, counters at most every {@link #COUNTERS}, what is unchanged never.
 * Holds one report for each resource, the newest, so it is as large as the number of resources; a refused epoch ends writing for
 * that resource until the pod owns it by a higher one. Thread safe; the write itself happens outside of the lock.
 */
final class StatusQueue {
    static final Duration COUNTERS = Duration.ofSeconds(30);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int INVALID = 422;
    private static final Logger LOG = LoggerFactory.getLogger(StatusQueue.class);

    private final Consumer<HasMetadata> patcher;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Map<ResourceKey, Line> lines = new LinkedHashMap<>();

    /** What came of a write. */
    private enum Outcome {
        DONE, DROPPED, STALE, RETRY
    }

    /** What is known of one resource. */
    private static final class Line {
        private final Map<String, Condition> conditions = new HashMap<>();
        private @Nullable StatusPatch pending;
        private @Nullable StatusPatch written;
        private long writtenAt;
        private long notBefore;
        private int failures;
        private long refusedEpoch = -2;
    }

    StatusQueue(Consumer<HasMetadata> patcher, InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
        this.patcher = patcher;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Makes a patch of a report; given the conditions that were reported last. */
    interface Maker {
        StatusPatch make(List<Condition> before, Instant now);
    }

    synchronized void offer(ResourceKey key, Maker maker) {
        Line line = lines.computeIfAbsent(key, k -> new Line());
        StatusPatch patch = maker.make(List.copyOf(line.conditions.values()), clock.instant());
        line.conditions.clear();
        patch.conditions().forEach(condition -> line.conditions.put(condition.type(), condition));
        if (patch.epoch() >= 0 && patch.epoch() <= line.refusedEpoch) {
            line.pending = null;
            return;
        }
        boolean unchanged = line.written != null && patch.saysNothingNewAfter(line.written);
        line.pending = unchanged ? null : patch;
        notifyAll();
    }

    synchronized void forget(ResourceKey key) {
        lines.remove(key);
    }

    /** Waits until something is due, at most so long. */
    synchronized void await(long nanos) throws InterruptedException {
        if (nanos > 0 && nextDue() == null) {
            wait(Math.max(1, Math.min(nanos, Duration.ofSeconds(10).toNanos()) / 1_000_000));
        }
    }

    /**
     * Writes one report that is due.
     *
     * @return nanoseconds until the next one may be due; 0 when there may be one now
     */
    long writeOne() {
        StatusPatch patch;
        synchronized (this) {
            Line line = nextDue();
            if (line == null) {
                return lines.values().stream().filter(l -> l.pending != null)
                        .mapToLong(l -> dueAt(l) - nanoTime.getAsLong()).min()
                        .orElse(Long.MAX_VALUE);
            }
            patch = Objects.requireNonNull(line.pending);
        }
        done(patch, write(patch));
        return 0;
    }

    private Outcome write(StatusPatch patch) {
        try {
            patcher.accept(patch.body());
            return Outcome.DONE;
        } catch (KubernetesClientException e) {
            Outcome outcome = switch (e.getCode()) {
                case NOT_FOUND -> Outcome.DROPPED;
                case CONFLICT -> Outcome.STALE;
                case INVALID -> String.valueOf(e.getMessage()).contains("epoch") ? Outcome.STALE : Outcome.DROPPED;
                default -> Outcome.RETRY;
            };
            LOG.atLevel(outcome == Outcome.RETRY || e.getCode() == NOT_FOUND ? Level.DEBUG : Level.WARN)
                    .addKeyValue(LogKeys.STREAM, patch.key()).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log(outcome == Outcome.STALE
                            ? "Status refused: another pod owns the resource; nothing more is written for it"
                            : "Status not written");
            return outcome;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.STREAM, patch.key()).setCause(e).log("Status not written");
            return Outcome.DROPPED;
        }
    }

    private synchronized void done(StatusPatch patch, Outcome outcome) {
        Line line = lines.get(patch.key());
        if (line == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        switch (outcome) {
            case DONE -> {
                line.written = patch;
                line.writtenAt = now;
                line.failures = 0;
                line.notBefore = now;
                drop(line, patch);
            }
            case DROPPED -> drop(line, patch);
            case STALE -> {
                line.refusedEpoch = patch.epoch();
                line.pending = line.pending != null && line.pending.epoch() > patch.epoch() ? line.pending : null;
            }
            case RETRY -> {
                long wait = Math.min(LAST_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(line.failures, 6));
                line.failures++;
                line.notBefore = now + wait / 2 + random.nextLong(wait / 2 + 1);
            }
        }
    }

    /** Unless something newer came meanwhile. */
    private static void drop(Line line, StatusPatch patch) {
        if (patch.equals(line.pending)) {
            line.pending = null;
        }
    }

    private @Nullable Line nextDue() {
        long now = nanoTime.getAsLong();
        return lines.values().stream().filter(line -> line.pending != null && dueAt(line) - now <= 0).findFirst()
                .orElse(null);
    }

    private long dueAt(Line line) {
        boolean counters = line.written != null && line.pending != null
                && line.written.significant().equals(line.pending.significant());
        long earliest = counters ? line.writtenAt + COUNTERS.toNanos() : line.notBefore;
        return line.failures > 0 && line.notBefore - earliest > 0 ? line.notBefore : earliest;
    }
}

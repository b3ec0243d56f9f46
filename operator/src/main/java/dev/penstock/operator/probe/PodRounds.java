package dev.penstock.operator.probe;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.operator.telemetry.LogKeys;
import dev.penstock.operator.telemetry.OperatorMetrics;
import dev.penstock.wire.PodReport;

/**
 * Asks every pod of the pools that are followed once a second, and tells when what is known of a pool has changed. Questions run on
 * virtual threads, at most {@value #MOST_QUESTIONS} at a time; a pod whose question finds no place, or is still open, is asked in
 * the next round and is not taken for silent meanwhile. The histories are owned by the one thread {@code pod-rounds}; what is
 * known is published for any thread.
 *
 * @param <K> what a pool is known by
 */
public final class PodRounds<K> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodRounds.class);
    private static final int MOST_QUESTIONS = 512;
    private static final long ROUND_MILLIS = 1000;

    /** A pool that is followed. Owned by the thread of the rounds. */
    private static final class Followed {
        private final SortedMap<Integer, PodHistory> pods = new TreeMap<>();
        private Duration window = Duration.ZERO;
    }

    private final PodProbe probe;
    private final LongSupplier nanos;
    private final Consumer<K> onNews;
    private final OperatorMetrics metrics;
    private final Map<K, Followed> pools = new HashMap<>();
    private final Map<K, SortedMap<Integer, PodHealth>> known = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(MOST_QUESTIONS);
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("pod-rounds").factory());

    /**
     * Prepares rounds; {@link #start()} begins them.
     *
     * @param probe asks one pod
     * @param nanos time that only goes on
     * @param onNews told, on the thread of the rounds, which pool to look at; returns at once
     * @param metrics counts questions
     */
    public PodRounds(PodProbe probe, LongSupplier nanos, Consumer<K> onNews, OperatorMetrics metrics) {
        this.probe = probe;
        this.nanos = nanos;
        this.onNews = onNews;
        this.metrics = metrics;
    }

    /** Begins. */
    public void start() {
        thread.scheduleAtFixedRate(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Follows a pool, or says what is new about it. Any thread.
     *
     * @param pool the pool
     * @param addresses IP address of each ordinal of interest, empty if there is no pod or it has no address yet
     * @param window after so long without an answer a pod is silent
     */
    public void follow(K pool, SortedMap<Integer, String> addresses, Duration window) {
        SortedMap<Integer, String> copy = new TreeMap<>(addresses);
        run(() -> {
            Followed followed = pools.computeIfAbsent(pool, _ -> new Followed());
            followed.window = window;
            followed.pods.keySet().retainAll(copy.keySet());
            copy.forEach((ordinal, address) -> followed.pods.computeIfAbsent(ordinal, _ -> new PodHistory())
                    .at(address.isEmpty() ? null : address));
            publish(pool, followed);
        });
    }

    /** Ends following a pool. Any thread. */
    public void forget(K pool) {
        run(() -> {
            pools.remove(pool);
            known.remove(pool);
        });
    }

    /** What is known of a pool's pods, by ordinal. Any thread. */
    public SortedMap<Integer, PodHealth> of(K pool) {
        return known.getOrDefault(pool, new TreeMap<>());
    }

    @Override
    public void close() {
        thread.shutdownNow();
        questions.shutdownNow();
        questions.close();
    }

    private void round() {
        try {
            long now = nanos.getAsLong();
            pools.forEach((pool, followed) -> {
                followed.pods.forEach((ordinal, history) -> {
                    if (history.address() == null) {
                        history.failed("", now);
                    } else if (history.mayAsk() && places.tryAcquire()) {
                        history.asked();
                        ask(pool, ordinal, history.address(), now);
                    }
                });
                publish(pool, followed);
            });
        } catch (RuntimeException e) {
            // The next round begins anew.
            LOG.atError().setCause(e).log("A round of questions to the pods has failed");
        }
    }

    private void ask(K pool, int ordinal, String address, long askedNanos) {
        questions.execute(() -> {
            try {
                PodReport report = probe.ask(address);
                metrics.podAnswered(true);
                heard(pool, ordinal, address, history -> history.answered(report));
            } catch (IOException | RuntimeException e) {
                metrics.podAnswered(false);
                String why = String.valueOf(e.getMessage());
                LOG.atDebug().addKeyValue(LogKeys.REASON, why).log("No answer");
                heard(pool, ordinal, address, history -> history.failed(why, askedNanos));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                places.release();
            }
        });
    }

    private void heard(K pool, int ordinal, String address, Consumer<PodHistory> what) {
        run(() -> {
            Followed followed = pools.get(pool);
            PodHistory history = followed == null ? null : followed.pods.get(ordinal);
            if (history != null && address.equals(history.address())) {
                what.accept(history);
                publish(pool, followed);
            }
        });
    }

    private void publish(K pool, Followed followed) {
        long now = nanos.getAsLong();
        SortedMap<Integer, PodHealth> before = of(pool);
        SortedMap<Integer, PodHealth> next = new TreeMap<>();
        followed.pods.forEach((ordinal, history) -> next.put(ordinal, history.health(followed.window, now)));
        known.put(pool, next);
        boolean isNews = next.entrySet().stream()
                .anyMatch(e -> e.getValue().isNewsAfter(before.getOrDefault(e.getKey(), PodHealth.UNKNOWN)));
        if (isNews) {
            onNews.accept(pool);
        }
    }

    private void run(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("Closed");
        }
    }
}

package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Says which source is tried next, and when. A round tries each source once, without waiting; after a round in which none worked
 * comes a wait that doubles up to a bound, less up to a half by chance. A source that worked and failed is followed at once by
 * the others, then by itself. Not thread-safe: one owner.
 */
final class RetryPlanner {
    private static final int MAX_DOUBLINGS = 20;

    private final PullConfig.Order order;
    private final IngestLimits limits;
    private final RandomGenerator random;
    private final TreeSet<Integer> left = new TreeSet<>();
    private final Deque<Integer> round = new ArrayDeque<>();
    private int emptyRounds;

    /**
     * A try.
     *
     * @param index position of the source
     * @param delay time to wait before it
     */
    record Next(int index, Duration delay) {}

    RetryPlanner(int sources, PullConfig.Order order, IngestLimits limits, RandomGenerator random) {
        this.order = order;
        this.limits = limits;
        this.random = random;
        for (int i = 0; i < sources; i++) {
            left.add(i);
        }
    }

    /** The first try. */
    Next first() {
        fill(-1);
        return new Next(round.remove(), Duration.ZERO);
    }

    /**
     * The try after a failure; empty when no source is left.
     *
     * @param failed position of the source that failed
     * @param worked whether it had delivered long enough to be called healthy
     */
    Optional<Next> after(int failed, boolean worked) {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        if (worked) {
            emptyRounds = 0;
            fill(failed);
            if (order == PullConfig.Order.PRIORITY && round.remove(failed)) {
                round.add(failed);
            }
        }
        Duration delay = Duration.ZERO;
        if (round.isEmpty()) {
            delay = backoff();
            emptyRounds++;
            fill(failed);
        }
        return Optional.of(new Next(round.remove(), delay));
    }

    /** Positions of the sources that are still tried, in order. */
    List<Integer> left() {
        return List.copyOf(left);
    }

    /** A source is not tried again. */
    void drop(int index) {
        left.remove(index);
        round.remove(index);
    }

    private void fill(int last) {
        List<Integer> next = new ArrayList<>(left);
        switch (order) {
            case PRIORITY -> {
            }
            case ROUND_ROBIN -> Collections.rotate(next, -left.headSet(last + 1).size());
            case SHUFFLE -> {
                for (int i = next.size() - 1; i > 0; i--) {
                    Collections.swap(next, i, random.nextInt(i + 1));
                }
            }
        }
        round.clear();
        round.addAll(next);
    }

    private Duration backoff() {
        long full = Math.min(limits.maxBackoff().toMillis(),
                limits.firstBackoff().toMillis() << Math.min(emptyRounds, MAX_DOUBLINGS));
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}

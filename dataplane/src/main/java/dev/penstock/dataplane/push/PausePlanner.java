package dev.penstock.dataplane.push;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Says how long to wait after a failure: twice as long as before, up to a bound, less up to a half by chance. One owner. */
final class PausePlanner {
    private static final int MOST_DOUBLINGS = 20;

    private final PushLimits limits;
    private final RandomGenerator random;
    private int failures;

    PausePlanner(PushLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
    }

    /**
     * The pause after a failure.
     *
     * @param healthyFor how long the server took the stream before it failed
     */
    Duration after(Duration healthyFor) {
        if (healthyFor.compareTo(limits.healthyAfter()) >= 0) {
            failures = 0;
        }
        long full = Math.min(limits.longestPause().toMillis(),
                limits.firstPause().toMillis() << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}

package dev.penstock.dataplane.record.upload;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting times between attempts: doubled from the first to the longest, each cut by up to half at random so that recorders
 * do not return together.
 *
 * @param first before the second attempt
 * @param longest bound
 */
public record Backoff(Duration first, Duration longest) {
    /** 0.5 s to 60 s. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));

    private static final int MAX_DOUBLINGS = 20;

    /**
     * @param failures failures in a row, from 1
     * @return nanoseconds to wait
     */
    long nanos(int failures, RandomGenerator random) {
        long doubled = first.toNanos() << Math.min(MAX_DOUBLINGS, failures - 1);
        long bound = Math.min(longest.toNanos(), doubled <= 0 ? Long.MAX_VALUE : doubled);
        return bound - (long) (random.nextDouble() * bound / 2);
    }
}

package dev.penstock.dataplane.ingest.rtmp;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Lets a few lines a second into the log, however many peers misbehave. Any thread. */
final class LogPace {
    private static final int LINES = 10;
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger lines = new AtomicInteger();

    /**
     * Whether a line may be written now.
     *
     * @param nanos time by any clock that only rises
     */
    boolean may(long nanos) {
        long now = Math.floorDiv(nanos, SECOND);
        if (second.getAndSet(now) != now) {
            lines.set(0);
        }
        return lines.getAndIncrement() < LINES;
    }
}

package dev.penstock.dataplane.hub;

/**
 * How long packets are gathered before they are handed on, so that none waits longer than the flush interval: what came
 * while the last flush was under way has waited for as long as that took. When handing on takes most of the interval the
 * loop is near its limit, and the whole interval is waited behind it: larger chunks cost less. One thread.
 */
final class FlushPace {
    /** Part of the interval, in quarters, from which on a flush takes most of it. */
    private static final long MOST_QUARTERS = 3;

    private final long intervalNanos;
    private long lastNanos;

    FlushPace(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** A flush took so long. */
    void flushed(long nanos) {
        lastNanos = nanos;
    }

    /** From the first packet after a flush to the next flush. */
    long delayNanos() {
        return lastNanos > intervalNanos / 4 * MOST_QUARTERS ? intervalNanos : intervalNanos - lastNanos;
    }
}

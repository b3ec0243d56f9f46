package dev.penstock.dataplane.record.spool;

import java.util.concurrent.atomic.AtomicLong;

/** How much disk all recorders of this process may use together. Safe for use by many threads. */
public final class SpoolBudget {
    private static final int NEARLY_PERCENT = 90;

    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();

    /** @param limitBytes most bytes that all spools together may keep */
    public SpoolBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Bytes in all spools. */
    public long usedBytes() {
        return used.get();
    }

    /** Most bytes in all spools. */
    public long limitBytes() {
        return limitBytes;
    }

    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Whether this many bytes more would be too many. */
    boolean exceededBy(long bytes) {
        return used.get() + bytes > limitBytes;
    }

    /** Whether recorders should give up what is already uploaded, so that others have room. */
    boolean nearlyFull() {
        return used.get() > limitBytes / 100 * NEARLY_PERCENT;
    }
}

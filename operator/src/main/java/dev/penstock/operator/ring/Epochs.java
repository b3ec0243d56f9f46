package dev.penstock.operator.ring;

import java.time.Instant;

/** Numbers that order the tables of a pool: each later table has a higher epoch, even in a pool that was deleted and made again. */
public final class Epochs {
    private Epochs() {}

    /**
     * The epoch of the next table: one more than the last, and at least the time in Unix seconds, so that a restored or re-created
     * pool, which does not know its last epoch, never goes back.
     *
     * @param previous the last epoch, 0 if there is none
     * @param now wall time
     */
    public static long next(long previous, Instant now) {
        return Math.max(previous + 1, now.getEpochSecond());
    }
}

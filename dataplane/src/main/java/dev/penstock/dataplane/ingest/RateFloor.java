package dev.penstock.dataplane.ingest;

import java.time.Duration;

/**
 * Whether a source has stayed below a rate for a whole window. The window slides in eighths. Pure; one owner.
 */
final class RateFloor {
    /** Parts that the window moves by. */
    static final int PARTS = 8;

    private final long leastBytes;
    private final long[] parts = new long[PARTS];
    private int filled;
    private long present;

    /**
     * @param bitsPerSecond lowest rate; 0 for none
     * @param window time for which a source may stay below it
     */
    RateFloor(long bitsPerSecond, Duration window) {
        this.leastBytes = bitsPerSecond == 0 ? 0 : Math.max(1, bitsPerSecond * window.toMillis() / 8000);
    }

    /** Whether there is anything to watch. */
    boolean isOn() {
        return leastBytes > 0;
    }

    /** Counts media. */
    void received(int bytes) {
        present += bytes;
    }

    /** An eighth of the window is over; says whether the source was below the rate for the whole window. */
    boolean passed() {
        parts[filled % PARTS] = present;
        present = 0;
        filled++;
        if (filled < PARTS) {
            return false;
        }
        long sum = 0;
        for (long part : parts) {
            sum += part;
        }
        return sum < leastBytes;
    }
}

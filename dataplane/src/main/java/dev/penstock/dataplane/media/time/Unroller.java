package dev.penstock.dataplane.media.time;

/**
 * Makes a clock that wraps into one that does not: each value becomes the number nearest to the one before that is equal to
 * it modulo the wrap. Right while neighbours differ by less than half the wrap (13 hours for 33 bits of 90 kHz). Not
 * thread-safe: one owner.
 */
public final class Unroller {
    private final long wrap;
    private boolean started;
    private long last;

    private Unroller(long wrap) {
        this.wrap = wrap;
    }

    /** For PTS and DTS. */
    public static Unroller of90k() {
        return new Unroller(TsTime.WRAP_90K);
    }

    /** For the timestamps of RTMP and FLV: milliseconds modulo 2^32. */
    public static Unroller ofMillis32() {
        return new Unroller(1L << 32);
    }

    /** For PCR. */
    public static Unroller of27M() {
        return new Unroller(TsTime.WRAP_27M);
    }

    /**
     * The value without wraps; the first one comes back as it is.
     *
     * @param ticks ticks modulo the wrap
     */
    public long unroll(long ticks) {
        if (!started) {
            started = true;
            last = ticks;
            return last;
        }
        long positive = Math.floorMod(ticks - last, wrap);
        last += positive >= wrap / 2 ? positive - wrap : positive;
        return last;
    }

    /** Forgets: the next value starts anew. */
    public void reset() {
        started = false;
    }
}

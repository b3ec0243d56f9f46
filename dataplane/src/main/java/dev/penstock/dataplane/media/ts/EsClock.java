package dev.penstock.dataplane.media.ts;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * Times of one elementary stream without wraps, on a clock that all of the program share. A time further than 10 s from where it is
 * expected is damage when it comes alone. When the next agrees with it the stream has leapt: forwards that is followed, backwards the
 * times go on without a break. One owner.
 */
final class EsClock {
    /** No time is expected. */
    static final long ANY = Long.MIN_VALUE;
    private static final long LEAP = 10L * TsTime.HZ_90K;

    private final Shared shared;
    private long offset;
    private long leapt = -1;

    EsClock(Shared shared) {
        this.shared = shared;
    }

    /** What the clocks of a program share: the time seen last, with and without wraps. */
    static final class Shared {
        private boolean started;
        private long raw;
        private long unrolled;

        /** The next time starts anew. */
        void reset() {
            started = false;
        }

        private long unroll(long ticks) {
            return started ? unrolled + TsTime.diff90k(raw, ticks) : ticks;
        }

        private void accept(long ticks, long time) {
            started = true;
            raw = ticks;
            unrolled = time;
        }
    }

    /** The next time starts anew. */
    void reset() {
        offset = 0;
        leapt = -1;
    }

    /**
     * A time without wraps.
     *
     * @param raw 90 kHz, 33 bits
     * @param expected where it would be without a break, or {@link #ANY}
     */
    long at(long raw, long expected) {
        long time = shared.unroll(raw) + offset;
        if (expected != ANY && Math.abs(time - expected) > LEAP) {
            boolean again = leapt >= 0 && Math.abs(TsTime.diff90k(leapt, raw)) <= TsTime.HZ_90K;
            leapt = raw;
            if (!again) {
                return expected;
            }
            if (time < expected) {
                offset += expected - time;
                time = expected;
            }
        }
        leapt = -1;
        shared.accept(raw, time - offset);
        return time;
    }
}

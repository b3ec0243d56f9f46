package dev.penstock.dataplane.segment;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.fmp4.OutputTrack;

/**
 * Decoding times of one track in its own timescale, rising with each access unit. Audio is counted in samples, so that rounding to
 * 90 kHz in the source leaves no gaps; where the source's time is more than half a frame off, it is taken instead. One thread.
 */
final class CmafClock {
    private static final int HZ = 90_000;

    private final int timescale;
    private final int frame;
    private long shift;
    private long last = -1;
    private long usual;

    CmafClock(OutputTrack track) {
        timescale = track.timescale();
        frame = track.frameTicks();
        usual = frame > 0 ? frame : track.codec().isVideo() ? HZ / 25 : timescale / 50;
    }

    /** A run begins. */
    void begin(long shift90k) {
        shift = shift90k;
        last = -1;
    }

    /** Decoding time of the next access unit; above that of the one before, not below 0. */
    long next(Sample sample) {
        long told = ticks(sample.dts() + shift);
        long counted = last + frame;
        boolean counts = frame > 0 && last >= 0 && Math.abs(told - counted) <= frame / 2;
        last = counts ? counted : Math.max(last + 1, told);
        return last;
    }

    /** Duration of an access unit when the next one does not tell. */
    long usual() {
        return usual;
    }

    /** An access unit had a duration that says what is usual. */
    void learn(long durationTicks) {
        usual = frame > 0 ? frame : durationTicks;
    }

    /** A time of 90 kHz in this timescale. */
    long ticks(long time) {
        return timescale == HZ
                ? time
                : Math.floorDiv(time, HZ) * timescale + (Math.floorMod(time, HZ) * (long) timescale + HZ / 2) / HZ;
    }

    /** A time of this timescale in 90 kHz. */
    long time(long ticks) {
        return timescale == HZ
                ? ticks
                : Math.floorDiv(ticks, timescale) * HZ + Math.floorMod(ticks, timescale) * (long) HZ / timescale;
    }
}

package dev.penstock.dataplane.media.ts;

import dev.penstock.dataplane.media.time.TsTime;

/** What went out on one PID: last decoding time and step between the last two. One owner: the rewriter's thread. */
final class OutTrack {
    private static final long DEFAULT_STEP = 3600;

    private long last = -1;
    private long lastShown = -1;
    private long step = DEFAULT_STEP;

    /** A PES packet goes out; times may be absent. */
    void sent(long dts, long pts) {
        if (pts >= 0 && (lastShown < 0 || TsTime.diff90k(lastShown, pts) > 0)) {
            lastShown = pts;
        }
        if (dts < 0) {
            return;
        }
        if (last >= 0) {
            long delta = TsTime.diff90k(last, dts);
            step = delta > 0 && delta <= TsTime.HZ_90K ? delta : step;
        }
        last = dts;
    }

    /** True when something went out. */
    boolean known() {
        return last >= 0;
    }

    /** Last decoding time, 90 kHz. */
    long last() {
        return last;
    }

    /** Where the next decoding time would be without a break. */
    long next() {
        return TsTime.add90k(last, step);
    }

    /** Where the next presentation time would be without a break; -1 when none was seen. */
    long nextShown() {
        return lastShown < 0 ? -1 : TsTime.add90k(lastShown, step);
    }

    /**
     * True when a decoding time comes after all that went out: the last PES packet of audio holds several frames, so after
     * its end as far as the step before tells, less a millisecond of rounding.
     */
    boolean isAfter(long dts) {
        return last < 0 || TsTime.diff90k(next(), dts) >= -TsTime.HZ_90K / 1000;
    }
}

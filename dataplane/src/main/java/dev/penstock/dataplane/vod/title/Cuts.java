package dev.penstock.dataplane.vod.title;

import java.util.Arrays;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.mp4.Mp4Track;
import dev.penstock.dataplane.media.mp4.SampleTable;

/**
 * Decides where a title is cut: video at those of its keys that are nearest to the target after the cut before, all else where video
 * is cut. Pure.
 *
 * @param timescale ticks per second of the times
 * @param ticks presentation times of the cuts, rising; the first is where the title begins
 */
record Cuts(int timescale, long[] ticks) {
    private static final int MOST = 100_000;

    /** Cuts of a video track: at its keys. */
    static Cuts atKeys(Mp4Track track, Span span, int targetSeconds) throws Fmp4Exception {
        SampleTable samples = track.samples();
        long target = (long) targetSeconds * track.timescale();
        List out = new List();
        long last = span.startTicks();
        out.add(last);
        long candidate = Long.MIN_VALUE;
        for (int i = 0; i < samples.keyCount(); i++) {
            int sample = samples.key(i);
            if (sample <= span.first() || sample >= span.end()) {
                continue;
            }
            long time = samples.presentTicks(sample) + track.shiftTicks();
            if (time >= last + target && candidate >= last + target / 2
                    && last + target - candidate <= time - last - target) {
                last = candidate;
                out.add(last);
            }
            if (time >= last + target) {
                last = time;
                out.add(last);
            } else {
                candidate = time;
            }
        }
        return new Cuts(track.timescale(), out.ticks());
    }

    /** Cuts of a track that can be cut anywhere. */
    static Cuts anywhere(Mp4Track track, Span span, int targetSeconds) throws Fmp4Exception {
        List out = new List();
        out.add(span.startTicks());
        return new Cuts(track.timescale(), out.ticks()).upTo(span.endTicks(), track.timescale(), targetSeconds);
    }

    /** These, and more of them while a track goes on for long after the last. */
    Cuts upTo(long endTicks, int endTimescale, int targetSeconds) throws Fmp4Exception {
        long target = (long) targetSeconds * timescale;
        long end = scale(endTicks, endTimescale, timescale);
        List out = new List();
        for (long time : ticks) {
            out.add(time);
        }
        for (long time = ticks[ticks.length - 1] + target; time + target / 2 < end; time += target) {
            out.add(time);
        }
        return new Cuts(timescale, out.ticks());
    }

    int count() {
        return ticks.length;
    }

    /** Time of a cut on another timescale, rounded up. */
    long at(int cut, int wanted) {
        return scale(ticks[cut], timescale, wanted);
    }

    static long scale(long ticks, int from, int to) {
        return Math.floorDiv(ticks, from) * to + Math.ceilDiv(Math.floorMod(ticks, (long) from) * to, (long) from);
    }

    /** Times, bounded. */
    private static final class List {
        private long[] times = new long[64];
        private int used;

        void add(long time) throws Fmp4Exception {
            if (used == MOST) {
                throw new Fmp4Exception("more than " + MOST + " segments");
            }
            if (used == times.length) {
                times = Arrays.copyOf(times, used * 2);
            }
            times[used++] = time;
        }

        long[] ticks() {
            return Arrays.copyOf(times, used);
        }
    }
}

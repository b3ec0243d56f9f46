package dev.penstock.dataplane.media.rtp;

/**
 * Makes decoding times from presentation times, which are all that RTP tells: with reordering over {@code depth} frames, the frame
 * that is decoded n-th is decoded when the frame that is shown (n - depth)-th is shown. Without B-frames both times are equal. A
 * depth that proves to be too small grows; the few frames until then are shown late. Decoding times rise. One owner.
 */
final class DtsMaker {
    private static final int MAX_DEPTH = 16;
    /** Before the first frames are shown, 25 in a second. */
    private static final long LEAD_TICKS = 3600;

    private final long[] waiting = new long[MAX_DEPTH + 2];
    private int count;
    private int depth;
    private long last = Long.MIN_VALUE;
    private long first;
    private boolean fresh = true;

    /** At least so many frames of reordering. */
    void atLeast(int frames) {
        depth = Math.max(depth, Math.min(frames, MAX_DEPTH));
    }

    /** What comes next is shown at a time that has nothing to do with what came. */
    void restart() {
        count = 0;
        fresh = true;
    }

    /** The decoding time of the next frame: at most its presentation time, unless the depth was too small or time went back. */
    long next(long pts) {
        if (fresh) {
            fresh = false;
            first = pts;
        } else if (pts < last && depth < MAX_DEPTH) {
            depth++;
        }
        insert(pts);
        long dts;
        if (count > depth) {
            dts = waiting[0];
            System.arraycopy(waiting, 1, waiting, 0, --count);
        } else {
            dts = Math.min(first - LEAD_TICKS * (depth - count + 1), waiting[0]);
        }
        if (last != Long.MIN_VALUE && dts <= last) {
            dts = last + 1;
        }
        last = dts;
        return dts;
    }

    private void insert(long pts) {
        int at = count;
        while (at > 0 && waiting[at - 1] > pts) {
            waiting[at] = waiting[at - 1];
            at--;
        }
        waiting[at] = pts;
        count++;
    }
}

package dev.penstock.dataplane.segment;

/**
 * Decides at each access unit of the lead PID what happens before it. Pure but for what it remembers of the access units
 * shown to it; one thread.
 *
 * <p>A segment ends at a key access unit once it has its target duration (within half a frame), at any access unit when it
 * would grow above its maximum, and at the first key access unit when it does not start with one. What would make a
 * duration round above TARGETDURATION is a discontinuity: a hole in the media, or a jump of its clock.
 */
final class CutPlanner {
    /** Decoding times may run backwards by this much without being taken for a jump: muxers' rounding. */
    private static final long BACKWARDS = 90_000;
    private static final long USUAL_FRAME = 3600;

    private final long target;
    private final long max;
    private final long hole;
    private long start;
    private long last;
    private long frame;
    private boolean independent;

    CutPlanner(SegmentConfig config) {
        target = config.targetTicks();
        max = config.maxTicks();
        hole = config.targetSeconds() * 90_000L + 45_000;
    }

    /** What to do before an access unit. */
    enum Decision {
        /** Nothing. */
        CONTINUE,
        /** End the segment, start the next. */
        CUT,
        /** End the segment; what follows is not continuous with it. */
        DISCONTINUITY
    }

    /**
     * A segment starts with this access unit.
     *
     * @param dts decoding time, 90 kHz ticks without wraps
     * @param key whether it is a key access unit
     */
    void start(long dts, boolean key) {
        start = dts;
        last = dts;
        independent = key;
    }

    /** Decides on an access unit that does not start a run. */
    Decision decide(long dts, boolean key) {
        long elapsed = dts - start;
        if (elapsed >= hole || dts < last - BACKWARDS) {
            return Decision.DISCONTINUITY;
        }
        if (dts > last) {
            frame = dts - last;
            last = dts;
        }
        if (elapsed <= 0) {
            return Decision.CONTINUE;
        }
        boolean reached = elapsed + frame / 2 >= target;
        boolean cut = key ? reached || !independent : elapsed + frame > max;
        return cut ? Decision.CUT : Decision.CONTINUE;
    }

    /** Duration of the segment when its last access unit was the last one shown. */
    long durationToLast() {
        return last - start + usualFrame();
    }

    /** Duration of an access unit, as far as is known. */
    long usualFrame() {
        return frame > 0 ? frame : USUAL_FRAME;
    }

    /** Forgets: a new run follows. */
    void reset() {
        frame = 0;
    }
}

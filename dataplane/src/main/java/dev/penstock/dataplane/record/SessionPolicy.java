package dev.penstock.dataplane.record;

import java.time.Duration;
import java.util.Optional;

import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.store.layout.SegmentName;

/**
 * When a new session begins.
 *
 * @param mode what a break of the stream means
 * @param window with {@link Mode#JOIN}: longest time without media, by wall clock, over which a session goes on
 */
public record SessionPolicy(Mode mode, Duration window) {
    /** Joined over breaks of up to an hour. */
    public static final SessionPolicy DEFAULT = new SessionPolicy(Mode.JOIN, Duration.ofHours(1));

    /** What a break of the stream means. */
    public enum Mode {
        /** The session goes on after a break, with a discontinuity. */
        JOIN,
        /** Each break begins a new session. */
        SPLIT
    }

    /** What to do with a segment. */
    enum Verdict {
        CONTINUE, NEW_SESSION
    }

    /**
     * Whether a segment goes on with a session.
     *
     * @param last the session's last segment; empty when it has none yet
     * @param next the segment
     */
    Verdict judge(Optional<SegmentName> last, Segment.Info next) {
        if (last.isEmpty()) {
            return Verdict.CONTINUE;
        }
        SegmentName earlier = last.get();
        if (next.sequence() <= earlier.sequence() || next.discontinuitySequence() < earlier.discontinuitySequence()) {
            // names would no longer be in the order of play: a clock was set back
            return Verdict.NEW_SESSION;
        }
        if (mode == Mode.SPLIT) {
            return next.discontinuitySequence() == earlier.discontinuitySequence()
                    ? Verdict.CONTINUE
                    : Verdict.NEW_SESSION;
        }
        return next.startEpochMs() - earlier.endEpochMs() > window.toMillis()
                ? Verdict.NEW_SESSION
                : Verdict.CONTINUE;
    }
}

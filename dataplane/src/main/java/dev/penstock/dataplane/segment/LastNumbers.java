package dev.penstock.dataplane.segment;

import java.util.List;

/**
 * The newest numbers that a stream has used.
 *
 * @param media media sequence number; -1 when none is known
 * @param discontinuity discontinuity sequence number; -1 when none is known
 */
public record LastNumbers(long media, long discontinuity) {
    /** Nothing is known. */
    public static final LastNumbers NONE = new LastNumbers(-1, -1);

    /** Those of a window, and room for the segment under way, which is still to come. */
    public static LastNumbers of(SegmentWindow.View view) {
        List<Segment.Info> segments = view.segments();
        return segments.isEmpty()
                ? NONE
                : new LastNumbers(segments.getLast().sequence() + 2, segments.getLast().discontinuitySequence() + 1);
    }

    /** The higher ones of both. */
    public LastNumbers max(LastNumbers other) {
        return new LastNumbers(Math.max(media, other.media), Math.max(discontinuity, other.discontinuity));
    }
}

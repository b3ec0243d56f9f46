package dev.penstock.dataplane.media.flv;

/**
 * Makes the times of one track's access units such that decoding times never fall and no unit is shown before it is decoded. One owner.
 *
 * <p>A sender with negative composition offsets says when a frame is shown, and decodes too late; so decoding times are moved
 * earlier by the largest such offset, and presentation times, which audio is in step with, stay.
 */
final class TrackClock {
    private static final long NEVER = Long.MIN_VALUE;

    private long last = NEVER;
    private long lead;
    private long raw = NEVER;

    /** Difference of this timestamp to the track's one before, any unit; 0 for the first. */
    long step(long ticks) {
        return raw == NEVER ? 0 : ticks - raw;
    }

    /** Decoding time of a unit that the sender stamps with {@code ticks} and shows {@code offset} later. */
    long decoding(long ticks, long offset) {
        raw = ticks;
        lead = Math.max(lead, -offset);
        last = Math.max(last, ticks - lead);
        return last;
    }

    /** What comes next has nothing to do with what came. */
    void reset() {
        last = NEVER;
        raw = NEVER;
        lead = 0;
    }
}

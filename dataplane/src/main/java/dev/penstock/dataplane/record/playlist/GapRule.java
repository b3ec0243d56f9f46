package dev.penstock.dataplane.record.playlist;

import dev.penstock.dataplane.store.layout.SegmentName;

/**
 * What lies between two neighbouring segments, told by their names alone. Numbers missing inside one run are a gap: the
 * time until the next segment is filled with EXT-X-GAP entries no longer than the target duration. A changed discontinuity
 * sequence is a break (another source, a restart): EXT-X-DISCONTINUITY, and what passed meanwhile is told by
 * EXT-X-PROGRAM-DATE-TIME.
 *
 * @param discontinuity whether EXT-X-DISCONTINUITY stands before the later segment
 * @param gapEntries how many EXT-X-GAP entries stand between them
 * @param gapMs time that is missing between them, media time within a run, wall clock over a break
 * @param missing numbers that are missing between them within a run; 0 when unknown
 */
public record GapRule(boolean discontinuity, int gapEntries, long gapMs, long missing) {
    private static final int MAX_ENTRIES = 10_000;

    /** What lies between two segments, the earlier one first. */
    public static GapRule between(SegmentName earlier, SegmentName later, int targetSeconds) {
        long skipped = later.sequence() - earlier.sequence() - 1;
        long holeMs = Math.max(0, later.startEpochMs() - earlier.endEpochMs());
        if (later.discontinuitySequence() != earlier.discontinuitySequence()
                || !later.init().equals(earlier.init())) {
            return new GapRule(true, 0, skipped > 0 ? holeMs : 0, 0);
        }
        if (skipped <= 0 || holeMs == 0) {
            return new GapRule(false, 0, 0, Math.max(0, skipped));
        }
        long entries = Math.max(1, Math.ceilDiv(holeMs, targetSeconds * 1000L));
        return entries > MAX_ENTRIES
                ? new GapRule(true, 0, holeMs, skipped)
                : new GapRule(false, (int) entries, holeMs, skipped);
    }

    /** Whether something is missing. */
    public boolean gap() {
        return gapMs > 0 || missing > 0;
    }
}

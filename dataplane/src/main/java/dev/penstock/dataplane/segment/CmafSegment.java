package dev.penstock.dataplane.segment;

import java.util.List;

/**
 * What playlists need to know of a CMAF segment of one rendition. All renditions of a stream are cut at the same times: the segment
 * with the same sequence is the same span in each of them.
 *
 * @param sequence media sequence number; rises by one within a run, see {@link Segment.Info#sequence}
 * @param discontinuitySequence see {@link Segment.Info#discontinuitySequence}
 * @param discontinuity whether this segment is not continuous with the one before
 * @param independent whether it starts with a key access unit
 * @param startEpochMs wall clock of its first access unit, ms since 1970, by media time
 * @param startTicks decoding time of its first sample (tfdt), in units of 1 / timescale seconds; of all renditions on one clock
 * @param durationTicks media duration; of a segment that is not complete, of what is there
 * @param timescale ticks per second
 * @param bytes length; of a segment that is not complete, of what is there; 0 of a gap
 * @param init id of the initialization segment that it needs
 * @param info what it carries
 * @param parts its parts, at least one, but none of a gap; one is the whole segment where parts are not offered
 * @param complete whether nothing is added any more
 */
public record CmafSegment(long sequence, long discontinuitySequence, boolean discontinuity, boolean independent,
        long startEpochMs, long startTicks, long durationTicks, int timescale, int bytes, String init,
        CmafTrackInfo info, List<CmafPart> parts, boolean complete) {
    /** Copies the list. */
    public CmafSegment {
        parts = List.copyOf(parts);
    }

    /** Duration in seconds. */
    public double seconds() {
        return durationTicks / (double) timescale;
    }

    /**
     * Whether nothing came for this rendition for a whole segment's time, while others had some: there is nothing to be fetched
     * (EXT-X-GAP, RFC 8216bis 4.4.4.7). Its number keeps the renditions' sequences together.
     */
    public boolean isGap() {
        return bytes == 0;
    }
}

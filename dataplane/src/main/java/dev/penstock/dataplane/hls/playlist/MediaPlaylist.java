package dev.penstock.dataplane.hls.playlist;

import java.util.List;
import java.util.OptionalLong;

/**
 * What one media playlist says (RFC 8216 section 4.3.3).
 *
 * @param type whether segments may leave it, be added, or neither
 * @param targetSeconds EXT-X-TARGETDURATION: constant for the life of a stream; no segment's duration may round above it
 * @param mediaSequence media sequence number of the first entry
 * @param discontinuitySequence EXT-X-DISCONTINUITY-SEQUENCE: discontinuity sequence number of the first entry, less one when
 *     the first entry is itself marked as a discontinuity (section 6.2.2)
 * @param independent whether every entry starts with a key access unit
 * @param entries segments, oldest first
 * @param ended whether no segment follows (EXT-X-ENDLIST)
 */
public record MediaPlaylist(Type type, int targetSeconds, long mediaSequence, long discontinuitySequence,
        boolean independent, List<Entry> entries, boolean ended) {
    /** How a playlist may change. */
    public enum Type {
        /** A sliding window: no EXT-X-PLAYLIST-TYPE. */
        LIVE,
        /** Segments are only ever added. */
        EVENT,
        /** Nothing changes any more. */
        VOD
    }

    /** Copies the list; refuses a target duration below 1 s. */
    public MediaPlaylist {
        if (targetSeconds < 1) {
            throw new IllegalArgumentException("targetSeconds: " + targetSeconds + " (expected: >= 1)");
        }
        entries = List.copyOf(entries);
    }

    /**
     * A segment in a playlist.
     *
     * @param uri where it is, relative to the playlist; neither line breaks nor blanks
     * @param durationTicks its media duration in units of {@code 1 / timescale} seconds
     * @param timescale units per second
     * @param discontinuity whether EXT-X-DISCONTINUITY stands before it
     * @param programDateTimeMs wall clock of its first access unit, ms since 1970; empty leaves EXT-X-PROGRAM-DATE-TIME out
     * @param gap whether the segment is known to be missing (EXT-X-GAP): players do not ask for it
     */
    public record Entry(String uri, long durationTicks, int timescale, boolean discontinuity,
            OptionalLong programDateTimeMs, boolean gap) {}
}

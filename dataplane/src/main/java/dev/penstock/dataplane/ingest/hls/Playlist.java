package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a playlist says, as far as it matters to one who plays it live. */
sealed interface Playlist {
    /**
     * A list of the same stream in several qualities (RFC 8216 4.3.4).
     *
     * @param variants at least one, in the order of the playlist
     */
    record Master(List<Variant> variants) implements Playlist {
        /** Copies the list. */
        public Master {
            variants = List.copyOf(variants);
        }
    }

    /**
     * One quality.
     *
     * @param uri of its media playlist, as written
     * @param bandwidth bits per second, 0 when not said
     * @param audioElsewhere the group that holds its audio in playlists of its own; empty when the audio is muxed in
     */
    record Variant(String uri, long bandwidth, Optional<String> audioElsewhere) {}

    /**
     * A list of segments (RFC 8216 4.3.3).
     *
     * @param target longest segment
     * @param firstSequence number of the first segment
     * @param segments oldest first
     * @param ended nothing will be added
     * @param whole nothing was or will be taken away: {@code EXT-X-PLAYLIST-TYPE}
     */
    record Media(Duration target, long firstSequence, List<Segment> segments, boolean ended, boolean whole)
            implements
                Playlist {
        /** Copies the list. */
        public Media {
            segments = List.copyOf(segments);
        }

        /** Number that the next segment will have. */
        long endSequence() {
            return firstSequence + segments.size();
        }
    }

    /**
     * A segment.
     *
     * @param uri as written
     * @param duration as said
     * @param discontinuity not continuous with the one before
     * @param gap it does not exist
     * @param range the part of the resource; empty for all of it
     * @param key with which it is encrypted; empty when it is not
     * @param section what has to be read before it, of fMP4; empty for MPEG-TS
     */
    record Segment(String uri, Duration duration, boolean discontinuity, boolean gap, Optional<Range> range,
            Optional<Key> key, Optional<Section> section) {}

    /**
     * A media initialization section (RFC 8216 4.3.2.5).
     *
     * @param uri as written
     * @param range the part of the resource; empty for all of it
     */
    record Section(String uri, Optional<Range> range) {}

    /**
     * How a segment is encrypted: AES-128 (RFC 8216 5.2).
     *
     * @param uri where the key is, as written
     * @param ivHigh first half of the initialization vector
     * @param ivLow second half
     */
    record Key(String uri, long ivHigh, long ivLow) {}

    /**
     * Bytes of a resource.
     *
     * @param offset of the first
     * @param length at least 1
     */
    record Range(long offset, long length) {}
}

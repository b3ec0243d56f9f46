package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;

/**
 * Bounds of an HLS source.
 *
 * @param playlistBytes bytes of a playlist, unpacked
 * @param segmentBytes bytes of a segment
 * @param sectionBytes bytes of an initialization section
 * @param keyBytes bytes that are read where a key should be
 * @param readAhead bytes of a segment that wait for their time; the server waits when they are used up
 * @param silence an answer that says nothing for so long is given up
 * @param failures playlists or segments in a row that may fail before the source does
 * @param retryIn wait before a segment or a playlist that failed is asked for again
 */
record HlsLimits(int playlistBytes, long segmentBytes, int sectionBytes, int keyBytes, int readAhead, Duration silence,
        int failures,
        Duration retryIn) {
    /** The usual bounds. */
    static final HlsLimits DEFAULTS = new HlsLimits(1 << 20, 256L << 20, 1 << 20, 64, 2 << 20, Duration.ofSeconds(8), 3,
            Duration.ofMillis(500));
}

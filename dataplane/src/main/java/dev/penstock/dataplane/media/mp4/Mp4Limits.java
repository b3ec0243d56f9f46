package dev.penstock.dataplane.media.mp4;

/**
 * Bounds of what is read.
 *
 * @param movieBytes largest movie box, which is read as a whole
 * @param boxes most boxes at the top of a file
 * @param tracks most tracks
 * @param samples most access units of a track
 * @param sampleBytes largest access unit
 * @param seconds longest track
 */
public record Mp4Limits(int movieBytes, int boxes, int tracks, int samples, int sampleBytes, long seconds) {
    /** 64 MiB, 10,000 boxes, 64 tracks of 20 million access units of at most 64 MiB, 100 days. */
    public static final Mp4Limits DEFAULTS = new Mp4Limits(64 << 20, 10_000, 64, 20_000_000, 64 << 20,
            100L * 24 * 3600);
}

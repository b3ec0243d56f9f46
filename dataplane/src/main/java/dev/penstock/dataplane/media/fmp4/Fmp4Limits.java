package dev.penstock.dataplane.media.fmp4;

/**
 * Bounds of what is read.
 *
 * @param boxBytes largest movie box or movie fragment box, which are kept until they are whole
 * @param fragmentBytes access units of one fragment that are kept to be put in order; of larger ones they go out as they come
 * @param sampleBytes largest access unit
 * @param samples access units of one fragment
 */
public record Fmp4Limits(int boxBytes, int fragmentBytes, int sampleBytes, int samples) {
    /** Boxes of 1 MiB, 16 MiB and 20,000 access units a fragment, access units of 8 MiB. */
    public static final Fmp4Limits DEFAULTS = new Fmp4Limits(1 << 20, 16 << 20, 8 << 20, 20_000);
}

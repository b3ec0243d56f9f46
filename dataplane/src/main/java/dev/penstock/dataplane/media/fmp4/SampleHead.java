package dev.penstock.dataplane.media.fmp4;

/**
 * What a fragment says of an access unit.
 *
 * @param durationTicks until the next one's decoding, in the track's timescale; 0 to 2^32 - 1
 * @param compositionTicks from decoding to presentation, may be negative; within 32 bits
 * @param key whether decoding can start here
 * @param bytes its length
 */
public record SampleHead(long durationTicks, int compositionTicks, boolean key, int bytes) {
    static SampleHead of(FragmentSample sample) {
        return new SampleHead(sample.durationTicks(), sample.compositionTicks(), sample.key(),
                sample.data().readableBytes());
    }
}

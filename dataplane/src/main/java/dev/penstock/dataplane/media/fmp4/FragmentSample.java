package dev.penstock.dataplane.media.fmp4;

import io.netty.buffer.ByteBuf;

/**
 * An access unit that goes into a fragment.
 *
 * @param durationTicks until the next one's decoding, in the track's timescale; 0 to 2^32 - 1
 * @param compositionTicks from decoding to presentation, may be negative; within 32 bits
 * @param key whether decoding can start here
 * @param data the bytes; belongs to whoever made the record
 */
public record FragmentSample(long durationTicks, int compositionTicks, boolean key, ByteBuf data) {}

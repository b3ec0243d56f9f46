package dev.penstock.dataplane.segment;

/**
 * A part of a CMAF segment: one chunk, that is a MovieFragmentBox and its MediaDataBox (ISO/IEC 23000-19 7.3.2.3).
 *
 * @param startTicks decoding time of its first sample, in the timescale of its segment
 * @param durationTicks media duration, in the timescale of its segment
 * @param independent whether it starts with a key access unit
 * @param bytes its length; a segment's bytes are those of its parts, in their order
 */
public record CmafPart(long startTicks, long durationTicks, boolean independent, int bytes) {}

package dev.penstock.dataplane.media.fmp4;

import java.util.List;
import java.util.OptionalLong;

/**
 * A movie fragment of one track: a CMAF chunk (ISO/IEC 23000-19 7.3.2.3).
 *
 * @param number sequence_number (ISO/IEC 14496-12 8.8.5), rising in the track
 * @param decodeTicks decoding time of the first sample, in the track's timescale; not negative
 * @param segmentStart whether a segment begins here: a SegmentTypeBox comes first (8.16.2)
 * @param producerMs wall clock for a ProducerReferenceTimeBox, ms since 1970; empty for none
 * @param samples in decoding order; at least one
 */
public record Fragment(long number, long decodeTicks, boolean segmentStart, OptionalLong producerMs,
        List<FragmentSample> samples) {
    /** Copies the list. */
    public Fragment {
        samples = List.copyOf(samples);
        if (samples.isEmpty() || decodeTicks < 0) {
            throw new IllegalArgumentException(samples.size() + " samples at " + decodeTicks
                    + " (expected: at least one, at 0 or later)");
        }
    }
}

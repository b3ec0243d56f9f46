package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.util.Optional;

/**
 * How a stream is cut into CMAF segments and parts.
 *
 * @param segments durations of segments and of the window
 * @param partTarget longest duration of a part; empty when segments are not offered before they are whole
 * @param producerTimes whether each part begins with a ProducerReferenceTimeBox (ISO/IEC 14496-12 8.16.5)
 */
public record CmafConfig(SegmentConfig segments, Optional<Duration> partTarget, boolean producerTimes) {}

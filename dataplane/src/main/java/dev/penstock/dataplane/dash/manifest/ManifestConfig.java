package dev.penstock.dataplane.dash.manifest;

import java.time.Duration;
import java.util.Optional;

import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * What does not change in the life of a stream.
 *
 * @param segments durations that the stream is cut by
 * @param lowLatency whether low latency is wanted
 * @param part longest duration of a part; empty when segments are not offered before they are whole
 * @param producerTimes whether parts carry ProducerReferenceTimeBoxes
 * @param timeUrl where the server's time is, relative to the manifest or absolute
 * @param folder what stands before the names of renditions in URLs: empty, or ends in a slash; without {@code $}
 */
public record ManifestConfig(SegmentConfig segments, boolean lowLatency, Optional<Duration> part,
        boolean producerTimes, String timeUrl, String folder) {
    /** Viewers of low latency are this far behind, if parts are short enough; ms. */
    private static final int LATENCY_MS = 2000;
    private static final int LATENCY_PARTS = 4;

    /** Of a stream as it is cut. */
    public static ManifestConfig of(CmafConfig cmaf, boolean lowLatency, String timeUrl) {
        return new ManifestConfig(cmaf.segments(), lowLatency, cmaf.partTarget(), cmaf.producerTimes(), timeUrl, "");
    }

    /** Of media that is all there, below a folder beside its manifest. */
    public static ManifestConfig whole(SegmentConfig segments, String folder) {
        return new ManifestConfig(segments, false, Optional.empty(), false, "", folder);
    }

    /** Latency to aim at with low latency, ms. */
    long latencyMs() {
        return Math.max(LATENCY_MS, LATENCY_PARTS * partMs());
    }

    /** Longest duration of a part, ms; that of a segment when there are none. */
    long partMs() {
        return part.orElse(segments.target()).toMillis();
    }

    /** {@code target} in ticks of 90 kHz. */
    long target90() {
        return segments.target().toMillis() * 90;
    }
}

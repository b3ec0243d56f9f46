package dev.penstock.dataplane.ingest.push;

import java.time.Duration;

/**
 * Bounds of publishing by HTTP.
 *
 * @param inFlightBytes bytes of one publisher on the way to its stream's event loop; beyond, its socket is not read
 * @param segmentBytes largest segment; beyond: 413
 * @param pendingBytes bytes of all segments that are being uploaded or wait for an earlier one; beyond: 503
 * @param heldSegments segments of one stream that wait for an earlier one
 * @param holdTime how long they wait
 */
public record HttpPushLimits(int inFlightBytes, int segmentBytes, long pendingBytes, int heldSegments,
        Duration holdTime) {
    /** 1 MiB on the way, segments of 32 MiB, 256 MiB in all; 3 segments wait for 3 s. */
    public static final HttpPushLimits DEFAULTS = new HttpPushLimits(1 << 20, 32 << 20, 256L << 20, 3,
            Duration.ofSeconds(3));
}

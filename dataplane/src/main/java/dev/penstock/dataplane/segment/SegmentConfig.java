package dev.penstock.dataplane.segment;

import java.time.Duration;

/**
 * How a stream is cut and how much of it is kept.
 *
 * @param target a segment ends at the first key access unit once it is this long
 * @param max a segment is never longer: without a key access unit it ends at any access unit
 * @param window media time that playlists list
 * @param grace media time for which segments stay after they have left playlists (RFC 8216 6.2.2 asks for the playlist's
 *     duration and the segment's)
 */
public record SegmentConfig(Duration target, Duration max, Duration window, Duration grace) {
    /** 2 s, at most 4 s, a window of 24 s. */
    public static final SegmentConfig DEFAULT = of(Duration.ofSeconds(2), Duration.ofSeconds(4),
            Duration.ofSeconds(24));

    /** Checks the bounds; the messages name the fields of a LiveStream. */
    public SegmentConfig {
        if (target.isNegative() || target.isZero() || target.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "spec.segment.target: " + seconds(target) + " (expected: > 0s and <= max, which is " + seconds(max)
                            + ")");
        }
        if (window.compareTo(max.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException("spec.segment.window: " + seconds(window) + " (expected: >= "
                    + seconds(max.multipliedBy(3)) + ", three times spec.segment.max)");
        }
    }

    /** With the grace that the standard asks for. */
    public static SegmentConfig of(Duration target, Duration max, Duration window) {
        return new SegmentConfig(target, max, window, window.plus(max));
    }

    /** EXT-X-TARGETDURATION: {@code max} rounded up to seconds; the same for the life of the stream. */
    public int targetSeconds() {
        return Math.toIntExact(max.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** {@code target} in ticks of 90 kHz. */
    long targetTicks() {
        return target.toMillis() * 90;
    }

    /** {@code max} in ticks of 90 kHz. */
    long maxTicks() {
        return max.toMillis() * 90;
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}

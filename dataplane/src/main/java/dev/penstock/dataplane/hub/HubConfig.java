package dev.penstock.dataplane.hub;

import java.time.Duration;

/**
 * Sizes of a hub.
 *
 * @param ringDuration how much of the stream the ring keeps, by arrival; more when the last GOP is longer
 * @param ringBytes bytes that the ring keeps at most; wins over {@code ringDuration} and the last GOP
 * @param flushInterval longest time for which received packets wait for more before they are handed on
 * @param chunkBytes bytes at which a chunk is handed on before the flush interval is over; at least 64 KiB
 */
public record HubConfig(Duration ringDuration, int ringBytes, Duration flushInterval, int chunkBytes) {
    /** 10 s and 32 MiB, flushed every 50 ms or 256 KiB. */
    public static final HubConfig DEFAULT = new HubConfig(Duration.ofSeconds(10), 32 << 20, Duration.ofMillis(50),
            256 << 10);

    /** Checks the bounds. */
    public HubConfig {
        if (chunkBytes < 64 << 10 || chunkBytes > ringBytes) {
            throw new IllegalArgumentException(
                    "chunkBytes: " + chunkBytes + " (expected: 65536 to ringBytes, which is " + ringBytes + ")");
        }
        if (flushInterval.isNegative() || flushInterval.compareTo(ringDuration) > 0) {
            throw new IllegalArgumentException("flushInterval: " + flushInterval
                    + " (expected: 0 to ringDuration, which is " + ringDuration + ")");
        }
    }
}

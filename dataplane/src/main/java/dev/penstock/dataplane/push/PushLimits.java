package dev.penstock.dataplane.push;

import java.time.Duration;

/**
 * Bounds of pushes.
 *
 * @param connectTimeout longest time until a server has accepted
 * @param writeTimeout a server that takes nothing for so long is left
 * @param idleAfter a stream that brings nothing for so long is sent no more, until it does
 * @param firstPause pause after the first failure, less up to a half by chance; doubles with each one that follows
 * @param longestPause longest pause
 * @param healthyAfter a server that took the stream for so long is tried again after the first pause
 */
public record PushLimits(Duration connectTimeout, Duration writeTimeout, Duration idleAfter, Duration firstPause,
        Duration longestPause, Duration healthyAfter) {
    /** The usual bounds. */
    public static final PushLimits DEFAULTS = new PushLimits(Duration.ofSeconds(10), Duration.ofSeconds(15),
            Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(10));
}

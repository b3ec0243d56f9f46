package dev.penstock.dataplane.notify;

import java.time.Duration;

/**
 * Bounds of telling.
 *
 * @param queue events that wait for one target; the oldest goes when one more comes
 * @param attempts tries of one event
 * @param firstPause before the second try, at most; doubled with each, and shortened by chance to no less than half
 * @param longestPause at most
 * @param connect to connect within
 * @param answer to get the head of an answer within
 */
public record NotifyLimits(int queue, int attempts, Duration firstPause, Duration longestPause, Duration connect,
        Duration answer) {
    /** 256 events, 8 tries over two minutes or so, 2 s to connect, 5 s to answer. */
    public static final NotifyLimits DEFAULTS = new NotifyLimits(256, 8, Duration.ofSeconds(1), Duration.ofSeconds(60),
            Duration.ofSeconds(2), Duration.ofSeconds(5));
}

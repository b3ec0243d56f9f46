package dev.penstock.dataplane.placement;

import java.time.Duration;

/**
 * How far a pod goes for another pod's stream.
 *
 * @param connectionsPerPeer connections to one pod; beyond: 503
 * @param idlePerLoop connections to one pod that wait for the next request, for each event loop
 * @param connectTimeout for a connection
 * @param answerTimeout from the request to the head of the answer
 * @param questionTimeout for a whole answer to a question that goes to all pods at once
 * @param stallTimeout longest time without a byte of a body whose end is known
 */
public record RelayLimits(int connectionsPerPeer, int idlePerLoop, Duration connectTimeout, Duration answerTimeout,
        Duration questionTimeout, Duration stallTimeout) {
    /** For pods of one cluster. */
    public static final RelayLimits DEFAULTS = new RelayLimits(4096, 16, Duration.ofSeconds(2), Duration.ofSeconds(30),
            Duration.ofSeconds(1), Duration.ofSeconds(20));
}

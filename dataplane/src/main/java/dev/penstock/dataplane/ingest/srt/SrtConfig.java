package dev.penstock.dataplane.ingest.srt;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How publishers are listened to.
 *
 * @param address UDP address; port 0 for any free one
 * @param relayPort the other pods' port, where publishers are relayed to
 * @param latency least time that a packet has to arrive, lost ones to be sent again; the larger one of both sides counts
 * @param maxConnections connections at once, those under way included; more are turned away
 * @param patience longest time that a caller's handshake waits for the gate, so that it hears the reason; all callers together
 *     get ten times as much a second
 * @param verdict a connection whose gate does not answer for so long is closed; longer than a webhook may take
 * @param silence a connection that delivers nothing for so long is closed
 */
public record SrtConfig(InetSocketAddress address, int relayPort, Duration latency, int maxConnections,
        Duration patience, Duration verdict, Duration silence) {
    /** The usual UDP port. */
    public static final int PORT = 9710;
    /** The usual latency. */
    public static final Duration LATENCY = Duration.ofMillis(120);

    /** The usual limits. */
    public static SrtConfig of(InetSocketAddress address, int relayPort, Duration latency) {
        return new SrtConfig(address, relayPort, latency, 2000, Duration.ofMillis(10), Duration.ofSeconds(35),
                Duration.ofSeconds(30));
    }
}

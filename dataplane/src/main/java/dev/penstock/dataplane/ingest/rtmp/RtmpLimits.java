package dev.penstock.dataplane.ingest.rtmp;

import java.time.Duration;

/**
 * What a peer may ask for; whoever goes beyond is cut off with one line in the log.
 *
 * @param connections connections at a time, all together
 * @param chunkStreams chunk streams of one connection
 * @param mediaBytes bytes of an audio, video or aggregate message
 * @param commandBytes bytes of any other message
 * @param heldBytes bytes of all unfinished messages of one connection
 * @param bytesBeforePublish bytes that a connection may send before it publishes
 * @param handshakeTimeout from the connection to the end of the handshake
 * @param publishTimeout from the handshake, or the end of a publication, to the next publication
 * @param idleTimeout longest silence of a publisher
 */
public record RtmpLimits(int connections, int chunkStreams, int mediaBytes, int commandBytes, int heldBytes,
        int bytesBeforePublish, Duration handshakeTimeout, Duration publishTimeout, Duration idleTimeout) {
    /** The usual limits: an unknown peer holds at most 256 KiB, a publisher 12 MiB. */
    public static final RtmpLimits DEFAULTS = new RtmpLimits(10_000, 32, 8 << 20, 64 << 10, 12 << 20, 256 << 10,
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));
}

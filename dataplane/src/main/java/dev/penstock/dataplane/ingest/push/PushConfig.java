package dev.penstock.dataplane.ingest.push;

import java.time.Duration;
import java.util.Optional;

/**
 * Rules for the publishers of a stream.
 *
 * @param second what becomes of a publisher that comes while another one is there
 * @param reconnectWindow a publisher that is back within this time goes on with the same stream
 * @param offline whether the stream is off the air
 * @param aliveFor for so long after its last media a publisher counts as alive; also after it was let in
 * @param stallTimeout a publisher that sends no media for so long must go
 * @param passphrase without it nobody may publish by SRT; empty when connections need not be encrypted. Never shown
 */
public record PushConfig(Second second, Duration reconnectWindow, boolean offline, Duration aliveFor,
        Duration stallTimeout, Optional<String> passphrase) {
    /** What becomes of a second publisher. */
    public enum Second {
        /** It is turned away while the first is alive. */
        REFUSE,
        /** It takes over at its first key frame. */
        REPLACE
    }

    /** With the usual times: alive for 2 s, given up after 20 s. */
    public static PushConfig of(Second second, Duration reconnectWindow, boolean offline) {
        return new PushConfig(second, reconnectWindow, offline, Duration.ofSeconds(2), Duration.ofSeconds(20),
                Optional.empty());
    }

    /** The same, and publishers by SRT must know a passphrase. */
    public PushConfig with(Optional<String> words) {
        return new PushConfig(second, reconnectWindow, offline, aliveFor, stallTimeout, words);
    }

    /** Without the passphrase. */
    @Override
    public String toString() {
        return second + ", " + reconnectWindow + (offline ? ", offline" : "");
    }
}

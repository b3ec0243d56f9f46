package dev.penstock.dataplane.push;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How it stands with one server, for people. Free of secrets.
 *
 * @param name of the server in the stream
 * @param protocol how it is reached
 * @param remote where it is, without query
 * @param word the state
 * @param since since when
 * @param problem what went wrong last; null when nothing did
 * @param bytes of media handed to its connections so far
 * @param skips how often it was too slow and went on at a later key frame
 */
public record PushState(String name, Protocol protocol, String remote, Word word, Instant since,
        @Nullable String problem, long bytes, long skips) {
    /** States. */
    public enum Word {
        /** The stream has no media to send. */
        WAITING,
        /** The server has not accepted yet. */
        CONNECTING,
        /** The server takes the stream. */
        CONNECTED,
        /** The server is tried again after a pause, or cannot be tried as things are. */
        FAILED
    }
}

package dev.penstock.dataplane.ingest.push;

/** The answer to a publisher. */
public sealed interface PublishVerdict {
    /** Why a publisher is turned away. */
    enum Reason {
        /** No such stream, or one that is pulled. Said in the same words as {@link #FORBIDDEN} to a publisher. */
        NOT_FOUND,
        /** The key is wrong or missing. */
        FORBIDDEN,
        /** Another publisher is alive. */
        BUSY,
        /** The stream is off the air. */
        OFFLINE,
        /** Keys or hooks cannot be read now. */
        UNAVAILABLE
    }

    /**
     * Come in.
     *
     * @param publication where the media goes; the caller closes it
     */
    record Accepted(Publication publication) implements PublishVerdict {}

    /**
     * Stay out.
     *
     * @param reason why, for the protocol's status
     * @param message one line for the publisher, free of secrets
     */
    record Refused(Reason reason, String message) implements PublishVerdict {}

    /**
     * Another pod owns the stream: the publisher's bytes are relayed to it.
     *
     * @param host DNS name of the pod
     */
    record Elsewhere(String host) implements PublishVerdict {}
}

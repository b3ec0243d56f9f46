package dev.penstock.dataplane.ingest;

import java.time.Duration;

import dev.penstock.dataplane.media.SourceInfo;

/** Hears what becomes of a stream's sources. Called on the stream's event loop; must not block. */
public interface SourceListener {
    /** A source is tried, or a FIFO waits for its next writer. */
    default void connecting(SourceInfo source) {}

    /** A source delivers packets. */
    default void connected(SourceInfo source) {}

    /**
     * Something that people should know of a source that works: a part of it is left out, or made anew.
     *
     * @param note one line for a person, free of secrets
     */
    default void noted(SourceInfo source, String note) {}

    /**
     * A source failed or was given up; another try follows.
     *
     * @param reason one line for a person, free of secrets
     * @param retryIn time until the next try, of this or another source
     */
    default void failed(SourceInfo source, String reason, Duration retryIn) {}

    /**
     * All sources have come to their end: files were played. No try follows.
     *
     * @param reason one line for a person, free of secrets
     */
    default void ended(SourceInfo source, String reason) {}
}

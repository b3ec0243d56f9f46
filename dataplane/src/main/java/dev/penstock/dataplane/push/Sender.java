package dev.penstock.dataplane.push;

import dev.penstock.dataplane.hub.Chunk;

/** One connection to a server, used once. Owned by the stream's event loop. */
public interface Sender {
    /** Hears of a connection, on the stream's event loop. */
    interface Events {
        /** The server takes the stream; told once at most. */
        void accepted();

        /** The connection takes bytes again. */
        void writable();

        /**
         * It could not be made, was refused, or is lost: the last that is told.
         *
         * @param reason one line for people, without secrets
         */
        void over(String reason);
    }

    /** Connects; does not block. */
    void start();

    /** Whether it takes bytes now. */
    boolean isWritable();

    /**
     * What follows begins with a key chunk: first of all, or after something was left out.
     *
     * @param key the chunk that is sent next
     * @param skipped whether something was left out
     */
    void begin(Chunk key, boolean skipped);

    /** The next chunk; retained as long as needed. */
    void send(Chunk chunk);

    /** The source is away for now. */
    void interrupted();

    /** What was sent goes out. */
    void flush();

    /** Ends the connection, politely where that costs no time, without a word to the events; harmless when repeated. */
    void close();
}

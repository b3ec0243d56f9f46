package dev.penstock.dataplane.ingest.input;

import io.netty.buffer.ByteBuf;

/** Hears what an input reads. Called on the event loop. */
public interface InputEvents {
    /**
     * Bytes of a transport stream, cut anywhere.
     *
     * @param bytes ownership passes to this call; nobody else reads or writes them
     */
    void bytes(ByteBuf bytes);

    /**
     * The input itself found packets and dropped what is none.
     *
     * @param bytes how many were dropped
     */
    void skipped(long bytes);

    /**
     * What follows, now or much later, is not continuous with what came: a file starts again, a FIFO has no writer yet, or its
     * writer left.
     *
     * @param reason one line for a person
     * @param silent true when nothing may follow for long
     */
    void restarted(String reason, boolean silent);

    /**
     * The input is over.
     *
     * @param reason one line for a person, free of secrets
     * @param forGood true when trying again makes no sense: the end of a file
     */
    void ended(String reason, boolean forGood);
}

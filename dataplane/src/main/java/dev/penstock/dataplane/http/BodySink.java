package dev.penstock.dataplane.http;

import io.netty.buffer.ByteBuf;

/**
 * Takes the body of a request as it comes. On the exchange's event loop only; the last call is one of {@link #complete} and
 * {@link #broken}, unless the request is answered before: then nothing more is told.
 */
public interface BodySink {
    /**
     * The next piece, never empty.
     *
     * @param piece ownership passes to this call
     */
    void piece(ByteBuf piece);

    /** The body is complete; the request is still to be answered. */
    void complete();

    /**
     * The body will never be complete: the client is gone, silent for too long, or does not speak HTTP. Where the connection still
     * is, the server answers.
     *
     * @param reason one line for people
     */
    void broken(String reason);
}

package dev.penstock.dataplane.http;

import io.netty.buffer.ByteBuf;

/**
 * The body of an answer that comes piece by piece. On the exchange's event loop only. Whoever writes looks at
 * {@link #isWritable} first and stops its own source when the client takes no more, so a slow client holds one piece, not the
 * stream. When the client has gone, pieces are released and nothing else happens.
 */
public interface AnswerBody {
    /** Whether the client takes more now. When it does again, the action given with the answer's head runs. */
    boolean isWritable();

    /**
     * Sends a piece, with the next {@link #flush}.
     *
     * @param piece ownership passes to this call
     */
    void write(ByteBuf piece);

    /** Hands what was written to the socket. */
    void flush();

    /** The body is complete. */
    void end();

    /** The body will never be complete: the connection is cut, which is how a client learns of it. */
    void abort();
}

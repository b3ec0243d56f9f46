package dev.penstock.dataplane.http;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a body to a client piece by piece: the next is read on a virtual thread when the client has room, so no more than one piece is
 * held beyond what the socket has waiting. All state belongs to the connection's event loop.
 */
final class BodyPump {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPump.class);
    private static final int PIECE = 256 << 10;

    private final PulledBody body;
    private final EventExecutor loop;
    private final long end;
    private long at;
    private @Nullable AnswerBody to;
    private boolean reading;
    private boolean stopped;
    private boolean closed;

    /**
     * @param body closed by this
     * @param offset first byte to send
     * @param length bytes to send, at least 1
     */
    BodyPump(PulledBody body, long offset, long length, EventExecutor loop) {
        this.body = body;
        this.loop = loop;
        at = offset;
        end = offset + length;
    }

    /** Begins. */
    void start(AnswerBody client) {
        to = client;
        more();
    }

    /** The client may have room again. */
    void more() {
        if (to == null || reading || stopped || !to.isWritable()) {
            return;
        }
        reading = true;
        long offset = at;
        int most = (int) Math.min(PIECE, end - at);
        Thread.ofVirtual().name("http-body").start(() -> read(offset, most));
    }

    /** The client is gone, or has all of it. */
    void stop() {
        stopped = true;
        if (!reading && !closed) {
            closed = true;
            body.close();
        }
    }

    private void read(long offset, int most) {
        ByteBuf piece = null;
        try {
            piece = body.read(offset, most);
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("Body cannot be read");
        }
        ByteBuf made = piece;
        try {
            loop.execute(() -> took(made));
        } catch (RejectedExecutionException e) {
            // The server has stopped.
            if (made != null) {
                made.release();
            }
            body.close();
        }
    }

    private void took(@Nullable ByteBuf piece) {
        reading = false;
        if (stopped || to == null) {
            if (piece != null) {
                piece.release();
            }
            stop();
            return;
        }
        if (piece == null) {
            stop();
            to.abort();
            return;
        }
        at += piece.readableBytes();
        to.write(piece);
        if (at < end) {
            to.flush();
            more();
        } else {
            stop();
            to.end();
        }
    }
}

package dev.penstock.dataplane.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** A body on its way to one connection. Owned by the connection's event loop. */
final class StreamedBody implements AnswerBody {
    private final ChannelHandlerContext ctx;
    private final HttpMetrics metrics;
    private final Runnable writable;
    private final Runnable ended;
    private boolean done;

    /**
     * @param writable runs when the client takes more again
     * @param ended runs when the last byte is written
     */
    StreamedBody(ChannelHandlerContext ctx, HttpMetrics metrics, Runnable writable, Runnable ended) {
        this.ctx = ctx;
        this.metrics = metrics;
        this.writable = writable;
        this.ended = ended;
    }

    @Override
    public boolean isWritable() {
        return !ctx.channel().isActive() || ctx.channel().isWritable();
    }

    @Override
    public void write(ByteBuf piece) {
        if (done || !ctx.channel().isActive()) {
            piece.release();
            return;
        }
        metrics.sent(piece.readableBytes());
        ctx.write(new DefaultHttpContent(piece));
    }

    @Override
    public void flush() {
        ctx.flush();
    }

    @Override
    public void end() {
        if (!done && ctx.channel().isActive()) {
            done = true;
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(written -> {
                if (written.isSuccess()) {
                    ended.run();
                } else {
                    ctx.close();
                }
            });
        }
    }

    @Override
    public void abort() {
        done = true;
        ctx.close();
    }

    /** The socket takes bytes again. */
    void writableAgain() {
        if (!done) {
            writable.run();
        }
    }
}

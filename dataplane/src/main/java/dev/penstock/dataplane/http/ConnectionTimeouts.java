package dev.penstock.dataplane.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose client is too slow: to send a request, to ask the next one, or to take an answer. An answer that
 * the server has not made yet is never timed. Sits before the codec; all state belongs to the event loop.
 */
final class ConnectionTimeouts extends ChannelInboundHandlerAdapter {
    private enum Phase {
        IDLE, RECEIVING, UPLOADING, ANSWERING
    }

    private final HttpLimits limits;
    private final HttpMetrics metrics;
    private Phase phase = Phase.IDLE;
    private long sinceNanos;
    private @Nullable Future<?> tick;
    private @Nullable Object writing;
    private long writtenBytes;

    ConnectionTimeouts(HttpLimits limits, HttpMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Duration shortest = limits.requestTimeout();
        for (Duration other : new Duration[]{limits.idleTimeout(), limits.writeTimeout()}) {
            shortest = other.compareTo(shortest) < 0 ? other : shortest;
        }
        long period = Math.max(1_000_000, shortest.toNanos() / 4);
        sinceNanos = ctx.executor().ticker().nanoTime();
        tick = ctx.executor().scheduleWithFixedDelay(() -> check(ctx), period, period, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (tick != null) {
            tick.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (phase == Phase.IDLE) {
            enter(ctx, Phase.RECEIVING);
        } else if (phase == Phase.UPLOADING) {
            sinceNanos = ctx.executor().ticker().nanoTime();
        }
        ctx.fireChannelRead(msg);
    }

    /** A body is taken as it comes: each read of the socket is a sign of life. */
    void uploading(ChannelHandlerContext ctx) {
        enter(ctx, Phase.UPLOADING);
    }

    /** A request is complete, its answer follows. */
    void answering(ChannelHandlerContext ctx) {
        enter(ctx, Phase.ANSWERING);
    }

    /** An answer is out; {@code more} when the next request has begun. */
    void answered(ChannelHandlerContext ctx, boolean more) {
        enter(ctx, more ? Phase.RECEIVING : Phase.IDLE);
    }

    private void enter(ChannelHandlerContext ctx, Phase next) {
        phase = next;
        sinceNanos = ctx.executor().ticker().nanoTime();
        writing = null;
    }

    private void check(ChannelHandlerContext ctx) {
        boolean heldBack = phase == Phase.UPLOADING && !ctx.channel().config().isAutoRead();
        if (heldBack || (phase == Phase.ANSWERING && !stuck(ctx))) {
            sinceNanos = ctx.executor().ticker().nanoTime();
            return;
        }
        Duration limit = switch (phase) {
            case IDLE -> limits.idleTimeout();
            case RECEIVING, UPLOADING -> limits.requestTimeout();
            case ANSWERING -> limits.writeTimeout();
        };
        if (ctx.executor().ticker().nanoTime() - sinceNanos < limit.toNanos()) {
            return;
        }
        switch (phase) {
            case IDLE -> ctx.close();
            case RECEIVING, UPLOADING -> {
                metrics.timedOut("request");
                enter(ctx, Phase.ANSWERING);
                ctx.fireUserEventTriggered(ConnectionEvent.REQUEST_TIMEOUT);
            }
            case ANSWERING -> {
                metrics.timedOut("answer");
                ctx.close();
            }
        }
    }

    /** Whether bytes wait for the client and none was taken since the last look. */
    private boolean stuck(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        if (out == null && ctx.channel() instanceof Http2StreamChannel stream) {
            // A stream has no buffer of its own: it has taken something when it is nearer to taking more.
            long until = stream.isWritable() ? 0 : stream.bytesBeforeWritable();
            boolean waits = until > 0 && until == writtenBytes;
            writtenBytes = until;
            return waits;
        }
        Object first = out == null ? null : out.current();
        long progress = out == null ? 0 : out.currentProgress();
        boolean same = first != null && isSame(first, writing) && progress == writtenBytes;
        writing = first;
        writtenBytes = progress;
        return same;
    }

    @SuppressWarnings("ReferenceEquality") // The same message, not an equal one: buffers compare by content.
    private static boolean isSame(Object a, @Nullable Object b) {
        return a == b;
    }
}

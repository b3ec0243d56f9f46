package dev.penstock.dataplane.http;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The connection that streams of HTTP/2 share: ends it when it has had no stream for the idle time, when the client takes no byte for
 * the write time, and, at the server's stop, after its last stream. All state belongs to the event loop.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter {
    private final HttpLimits limits;
    private final HttpMetrics metrics;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Future<?> tick;
    private int streams;
    private long idleSince;
    private long stuckSince;
    private @Nullable Object writing;
    private long writtenBytes;
    private boolean stopping;

    Http2Connection(HttpLimits limits, HttpMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
    }

    /** A stream has begun. */
    void opened(Channel stream) {
        streams++;
        stream.closeFuture().addListener(closed -> {
            streams--;
            if (ctx != null) {
                idleSince = now(ctx);
                if (stopping && streams == 0) {
                    ctx.close();
                }
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        idleSince = now(context);
        stuckSince = idleSince;
        long period = Math.max(1, Math.min(limits.idleTimeout().toMillis(), limits.writeTimeout().toMillis()) / 4);
        tick = context.executor().scheduleWithFixedDelay(() -> check(context), period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (tick != null) {
            tick.cancel(false);
        }
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }

    private void check(ChannelHandlerContext context) {
        long now = now(context);
        if (streams == 0 && now - idleSince >= limits.idleTimeout().toNanos()) {
            context.close();
            return;
        }
        ChannelOutboundBuffer out = context.channel().unsafe().outboundBuffer();
        Object first = out == null ? null : out.current();
        long progress = out == null ? 0 : out.currentProgress();
        if (first == null || !isSame(first, writing) || progress != writtenBytes) {
            stuckSince = now;
        }
        writing = first;
        writtenBytes = progress;
        if (now - stuckSince >= limits.writeTimeout().toNanos()) {
            metrics.timedOut("answer");
            context.channel().close();
        }
    }

    @SuppressWarnings("ReferenceEquality") // The same message, not an equal one: buffers compare by content.
    private static boolean isSame(Object a, @Nullable Object b) {
        return a == b;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != ConnectionEvent.STOP) {
            context.fireUserEventTriggered(event);
            return;
        }
        stopping = true;
        if (streams == 0) {
            context.close();
        } else {
            // No new streams; those that are there go on (RFC 9113 6.8).
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        // Frames of the connection: settings, pings; the codec has answered them.
        ReferenceCountUtil.release(msg);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}

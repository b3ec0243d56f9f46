package dev.penstock.dataplane.placement;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection to another pod: gives its answers, one at a time, to whoever asked. Reading stops when that one
 * takes no more. All state belongs to the event loop.
 */
final class PeerHandler extends ChannelInboundHandlerAdapter {
    private final RelayLimits limits;
    private final PlacementMetrics metrics;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Asker asker;
    private @Nullable Future<?> tick;
    private boolean begun;
    private boolean endless;
    private boolean reusable;
    private boolean alive;

    /** Who asked. Called on the event loop; one of {@link #ended} and {@link #broken} is the last call. */
    interface Asker {
        /** @param endless whether the body ends with the connection only */
        void head(HttpResponse response, boolean endless);

        /** A piece of the body, released by the caller. */
        void piece(HttpContent content);

        /** All that came with one read has been given. */
        void flush();

        /** Whether more may be given. */
        boolean takesMore();

        /** @param reusable whether the connection may serve again */
        void ended(boolean reusable);

        /** The pod takes more of the request's body. */
        default void writable() {}

        /** @param begun whether the head had come */
        void broken(boolean begun, String reason);
    }

    PeerHandler(RelayLimits limits, PlacementMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    /** Sends a request, whose ownership passes to this call, and tells who asked of the answer. */
    void ask(HttpRequest request, Asker who) {
        asker = who;
        begun = false;
        endless = false;
        reusable = false;
        watch(limits.answerTimeout());
        ctx.writeAndFlush(request).addListener(sent -> {
            if (!sent.isSuccess()) {
                ctx.close();
            }
        });
    }

    /** As {@link #ask}, but the request's body follows: pieces, written to the channel, then {@link #complete}. */
    void askStreaming(HttpRequest head, Asker who) {
        asker = who;
        begun = false;
        endless = false;
        reusable = false;
        ctx.writeAndFlush(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** The request's body is complete. */
    void complete() {
        ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (asker != null && !begun) {
            watch(limits.answerTimeout());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (asker != null && context.channel().isWritable()) {
            asker.writable();
        }
        context.fireChannelWritabilityChanged();
    }

    /** Whoever asked has gone. */
    void abandon() {
        asker = null;
        ctx.close();
    }

    /** Whoever asked takes more. */
    void resume() {
        ctx.channel().config().setAutoRead(true);
        alive = true;
    }

    /** Ends the connection when nothing comes for too long while something is wanted. */
    private void watch(Duration limit) {
        stopWatch();
        alive = false;
        tick = ctx.executor().scheduleWithFixedDelay(() -> {
            if (!alive && ctx.channel().config().isAutoRead()) {
                fail("it sends nothing");
                ctx.close();
            }
            alive = false;
        }, limit.toNanos(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopWatch() {
        if (tick != null) {
            tick.cancel(false);
            tick = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            alive = true;
            if (asker == null) {
                // Nobody asked: what comes after an answer belongs to nothing.
                context.close();
                return;
            }
            if (message instanceof HttpResponse response) {
                head(response);
            }
            if (message instanceof HttpContent content && begun && asker != null) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            fail("its answer is not HTTP");
            ctx.close();
            return;
        }
        if (response.status().code() / 100 == 1) {
            return;
        }
        begun = true;
        boolean bodyless = response.status().code() == 204 || response.status().code() == 304;
        endless = !bodyless && !HttpUtil.isContentLengthSet(response) && !HttpUtil.isTransferEncodingChunked(response);
        reusable = HttpUtil.isKeepAlive(response);
        if (endless) {
            stopWatch();
        } else {
            watch(limits.stallTimeout());
        }
        asker.head(response, endless);
    }

    private void content(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            fail("its answer is not HTTP");
            ctx.close();
            return;
        }
        if (content.content().isReadable()) {
            metrics.received(content.content().readableBytes());
            asker.piece(content);
        }
        if (content instanceof LastHttpContent && asker != null) {
            Asker who = asker;
            asker = null;
            stopWatch();
            ctx.channel().config().setAutoRead(true);
            who.ended(reusable);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (asker != null && begun) {
            asker.flush();
            if (!asker.takesMore() && context.channel().config().isAutoRead()) {
                metrics.paused();
                context.channel().config().setAutoRead(false);
            }
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWatch();
        fail("it has closed the connection");
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void fail(String reason) {
        Asker who = asker;
        asker = null;
        if (who != null) {
            who.broken(begun, reason);
        }
    }
}

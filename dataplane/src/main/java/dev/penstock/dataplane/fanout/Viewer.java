package dev.penstock.dataplane.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import dev.penstock.dataplane.fanout.FanoutMetrics.Leave;
import dev.penstock.dataplane.hub.Chunk;

/** One viewer: a connection and the sequence of the chunk it gets next. Owned by the connection's event loop. */
final class Viewer extends ChannelInboundHandlerAdapter {
    private static final long NOT_BLOCKED = Long.MIN_VALUE;

    private final LoopFan fan;
    private final Channel channel;
    private long next = -1;
    private long blockedSince = NOT_BLOCKED;
    private Leave reason = Leave.CLIENT;
    private boolean gone;

    Viewer(LoopFan fan, Channel channel) {
        this.fan = fan;
        this.channel = channel;
    }

    Channel channel() {
        return channel;
    }

    /** Sequence of the next chunk; -1 before the first. */
    long next() {
        return next;
    }

    /** For how long the connection has taken nothing. */
    long blockedNanos(long now) {
        if (blockedSince == NOT_BLOCKED) {
            blockedSince = now;
        }
        return now - blockedSince;
    }

    void unblocked() {
        blockedSince = NOT_BLOCKED;
    }

    /** Goes on at a key chunk: writes its tables, with the discontinuity marked when something was left out. */
    long start(Chunk key, boolean skipped) {
        next = key.sequence();
        ByteBuf preamble = Preamble.of(key, skipped, channel.alloc());
        int bytes = preamble.readableBytes();
        channel.write(preamble, channel.voidPromise());
        return bytes;
    }

    /** Writes a chunk without a copy and without a flush. */
    long write(Chunk chunk) {
        channel.write(chunk.data().retainedDuplicate(), channel.voidPromise());
        next = chunk.sequence() + 1;
        return chunk.bytes();
    }

    void close(Leave why) {
        reason = why;
        channel.close();
    }

    void leave(Leave why) {
        if (!gone) {
            gone = true;
            fan.left(this, why);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        // A viewer has nothing more to say.
        ReferenceCountUtil.release(msg);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && !gone) {
            fan.writable(this);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave(reason);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        leave(reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (reason == Leave.CLIENT && channel.isActive()) {
            reason = Leave.ERROR;
        }
        channel.close();
    }
}

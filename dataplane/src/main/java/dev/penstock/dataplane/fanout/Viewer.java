package dev.penstock.dataplane.fanout;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import dev.penstock.dataplane.fanout.FanoutMetrics.Leave;
import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.Preamble;

/** One viewer: a connection and the sequence of the chunk it gets next. Owned by the connection's event loop. */
final class Viewer extends ChannelInboundHandlerAdapter {
    private static final long NOT_BLOCKED = Long.MIN_VALUE;

    private final LoopFan fan;
    private final Channel channel;
    private final String id;
    private final String address;
    private final StreamCounts counts;
    private final long cameNanos;
    private final long cameMs;
    /** Read by any thread. */
    private final AtomicLong sent = new AtomicLong();
    private long next = -1;
    /** Bytes of the stream before the next chunk. */
    private long at;
    /** Bytes of the stream up to which it is counted what the viewer has lost. */
    private long lostTo;
    private long blockedSince = NOT_BLOCKED;
    private Leave reason = Leave.CLIENT;
    private boolean gone;

    Viewer(LoopFan fan, Channel channel, String address, StreamCounts counts) {
        this.fan = fan;
        this.channel = channel;
        this.address = address;
        this.counts = counts;
        id = "ts-" + HexFormat.of().toHexDigits(UUID.randomUUID().getMostSignificantBits());
        cameNanos = counts.joined();
        cameMs = counts.wallMs();
    }

    String id() {
        return id;
    }

    /** The viewer, as people see it. Any thread. */
    TsSession session() {
        return new TsSession(id, address, Instant.ofEpochMilli(cameMs), sent.getOpaque());
    }

    void sent(long bytes) {
        sent.setOpaque(sent.getPlain() + bytes);
    }

    /** Counts what the viewer will never get, up to a number of bytes of the stream; each byte once. */
    void lost(long upTo) {
        long from = Math.max(at, lostTo);
        if (upTo > from && next >= 0) {
            lostTo = upTo;
            counts.dropped(upTo - from);
        }
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

    /** Goes on at a key chunk, before which the stream has so many bytes: writes its tables, with the discontinuity marked when something was left out. */
    long start(Chunk key, long offset, boolean skipped) {
        next = key.sequence();
        at = offset;
        ByteBuf preamble = Preamble.of(key, skipped, channel.alloc());
        int bytes = preamble.readableBytes();
        channel.write(preamble, channel.voidPromise());
        return bytes;
    }

    /** Writes a chunk without a copy and without a flush. */
    long write(Chunk chunk) {
        channel.write(chunk.data().retainedDuplicate(), channel.voidPromise());
        next = chunk.sequence() + 1;
        at += chunk.bytes();
        return chunk.bytes();
    }

    void close(Leave why) {
        reason = why;
        channel.close();
    }

    void leave(Leave why) {
        if (!gone) {
            gone = true;
            counts.left(cameNanos);
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

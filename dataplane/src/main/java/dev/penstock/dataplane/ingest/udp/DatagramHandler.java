package dev.penstock.dataplane.ingest.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.Reasons;

/** Gathers the datagrams of one round of reading into one buffer, without their RTP headers. */
final class DatagramHandler extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final int BATCH = 32 * 1024;

    private final InputEvents events;
    private final String remote;
    private @Nullable ByteBuf batch;

    DatagramHandler(InputEvents events, String remote) {
        this.events = events;
        this.remote = remote;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        ByteBuf content = packet.content();
        content.skipBytes(RtpHeader.length(content));
        ByteBuf gathered = batch;
        if (gathered == null) {
            gathered = ctx.alloc().buffer(content.readableBytes());
            batch = gathered;
        }
        gathered.writeBytes(content);
        if (gathered.readableBytes() >= BATCH) {
            flush();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.ended(remote + ": " + Reasons.of(cause), false);
        ctx.close();
    }

    private void flush() {
        ByteBuf gathered = batch;
        batch = null;
        if (gathered != null) {
            events.bytes(gathered);
        }
    }
}

package dev.penstock.dataplane.ingest.input;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Hands the bytes of a connection on as they come. The kernel's window is the back-pressure: the event loop reads when it can. */
@Sharable
public final class StreamHandler extends ChannelInboundHandlerAdapter {
    private final InputEvents events;
    private final String remote;

    /**
     * @param remote the source for people, to name it when it ends
     */
    public StreamHandler(InputEvents events, String remote) {
        this.events = events;
        this.remote = remote;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        events.bytes((ByteBuf) msg);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.ended(remote + " closed the connection", false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.ended(remote + ": " + Reasons.of(cause), false);
        ctx.close();
    }
}

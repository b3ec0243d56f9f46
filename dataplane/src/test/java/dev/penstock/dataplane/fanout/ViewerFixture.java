package dev.penstock.dataplane.fanout;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;

/** A viewer whose connection takes bytes only while it is open. */
final class ViewerFixture {
    final EmbeddedChannel channel;
    private final Valve valve = new Valve();
    private final List<byte[]> packets = new ArrayList<>();

    ViewerFixture(MockTicker ticker) {
        channel = EmbeddedChannel.builder().ticker(ticker).handlers(valve).build();
    }

    private static final class Valve extends ChannelOutboundHandlerAdapter {
        private boolean open = true;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (open) {
                ctx.flush();
            }
        }
    }

    void close() {
        valve.open = false;
    }

    void open() {
        valve.open = true;
        channel.flush();
        channel.runPendingTasks();
    }

    /** All packets received so far. */
    List<byte[]> packets() {
        for (ByteBuf buf = channel.readOutbound(); buf != null; buf = channel.readOutbound()) {
            while (buf.isReadable()) {
                byte[] packet = new byte[188];
                buf.readBytes(packet);
                packets.add(packet);
            }
            buf.release();
        }
        return packets;
    }
}

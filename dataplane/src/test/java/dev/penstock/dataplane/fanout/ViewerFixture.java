package dev.penstock.dataplane.fanout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsParser;

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

    /** Faults that a parser finds in what the viewer got: a jump of a counter that is not announced is one. */
    Map<TsFault, Integer> faults() {
        Map<TsFault, Integer> faults = new HashMap<>();
        new TsParser(new TsEvents() {
            @Override
            public void program(Psi psi) {}

            @Override
            public void pes(int offset, PesStart pes) {}

            @Override
            public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

            @Override
            public void fault(int offset, TsFault kind) {
                faults.merge(kind, 1, Integer::sum);
            }
        }).parse(TsMaker.buffer(packets()));
        return faults;
    }
}

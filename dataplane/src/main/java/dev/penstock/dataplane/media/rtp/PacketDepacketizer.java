package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Payloads that are access units as they are: Opus (RFC 7587), G.711 (RFC 3551 4.5.14). */
final class PacketDepacketizer implements Depacketizer {
    private final UnitSink out;
    private final ByteBufAllocator allocator;

    PacketDepacketizer(UnitSink out, ByteBufAllocator allocator) {
        this.out = out;
        this.allocator = allocator;
    }

    @Override
    public void payload(ByteBuf buf, int at, int end, long time, boolean marker) {
        if (at < end) {
            out.unit(time, true, allocator.buffer(end - at).writeBytes(buf, at, end - at));
        }
    }

    @Override
    public void lost() {
        // The packets behind it are whole.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}

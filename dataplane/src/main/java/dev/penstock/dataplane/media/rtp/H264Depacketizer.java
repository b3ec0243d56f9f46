package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.nal.H264Sets;

/** H.264 (RFC 6184): single NAL units, STAP-A and FU-A; the interleaved mode is not served. One owner. */
final class H264Depacketizer implements Depacketizer {
    private static final int STAP_A = 24;
    private static final int FU_A = 28;

    private final NalAssembler units;

    /** With the parameter sets known from the SDP. */
    H264Depacketizer(H264Sets sets, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        units = new NalAssembler(sets, out, allocator, maxBytes);
    }

    @Override
    public void payload(ByteBuf buf, int at, int end, long time, boolean marker) {
        if (at >= end) {
            return;
        }
        units.at(time);
        int header = buf.getByte(at);
        switch (header & 0x1F) {
            case STAP_A -> aggregated(buf, at + 1, end);
            case FU_A -> fragment(buf, header, at, end);
            default -> units.nal(buf, at, end);
        }
        if (marker) {
            units.marker();
        }
    }

    private void aggregated(ByteBuf buf, int from, int end) {
        int at = from;
        while (at + 2 < end) {
            int size = buf.getUnsignedShort(at);
            at += 2;
            if (size > end - at) {
                units.lost();
                return;
            }
            units.nal(buf, at, at + size);
            at += size;
        }
    }

    private void fragment(ByteBuf buf, int indicator, int at, int end) {
        if (end - at < 3) {
            return;
        }
        int header = buf.getByte(at + 1);
        if ((header & 0x80) != 0) {
            units.beginFragment((indicator & 0xE0) | (header & 0x1F));
        }
        units.append(buf, at + 2, end);
        if ((header & 0x40) != 0) {
            units.endFragment();
        }
    }

    @Override
    public void lost() {
        units.lost();
    }

    @Override
    public void close() {
        units.close();
    }
}

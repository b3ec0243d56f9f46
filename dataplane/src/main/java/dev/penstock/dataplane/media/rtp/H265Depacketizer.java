package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.nal.H265Sets;

/** H.265 (RFC 7798): single NAL units, aggregation packets and fragments, with or without decoding order numbers. One owner. */
final class H265Depacketizer implements Depacketizer {
    private static final int AGGREGATION = 48;
    private static final int FRAGMENT = 49;

    private final NalAssembler units;
    private final boolean ordered;

    /**
     * With the parameter sets known from the SDP.
     *
     * @param ordered payloads carry decoding order numbers (sprop-max-don-diff above 0); they are skipped
     */
    H265Depacketizer(H265Sets sets, boolean ordered, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        units = new NalAssembler(sets, out, allocator, maxBytes);
        this.ordered = ordered;
    }

    @Override
    public void payload(ByteBuf buf, int at, int end, long time, boolean marker) {
        if (end - at < 3) {
            return;
        }
        units.at(time);
        switch (buf.getByte(at) >> 1 & 0x3F) {
            case AGGREGATION -> aggregated(buf, at + (ordered ? 4 : 2), end);
            case FRAGMENT -> fragment(buf, at, end);
            default -> single(buf, at, end);
        }
        if (marker) {
            units.marker();
        }
    }

    /** A NAL unit; its order number, when there is one, lies between header and payload. */
    private void single(ByteBuf buf, int at, int end) {
        if (!ordered) {
            units.nal(buf, at, end);
        } else if (end - at > 4) {
            units.beginFragment(buf.getByte(at), buf.getByte(at + 1));
            units.append(buf, at + 4, end);
            units.endFragment();
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
            at += size + (ordered ? 1 : 0);
        }
    }

    private void fragment(ByteBuf buf, int at, int end) {
        int header = buf.getByte(at + 2);
        boolean start = (header & 0x80) != 0;
        int payload = at + 3 + (ordered && start ? 2 : 0);
        if (payload >= end) {
            return;
        }
        if (start) {
            units.beginFragment((buf.getByte(at) & 0x81) | (header & 0x3F) << 1, buf.getByte(at + 1));
        }
        units.append(buf, payload, end);
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

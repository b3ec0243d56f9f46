package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** AAC as MPEG4-GENERIC (RFC 3640): several frames in a packet, or a frame in several packets. One owner. */
final class AacDepacketizer implements Depacketizer {
    private final GenericHeaders headers;
    private final int frameTicks;
    private final UnitSink out;
    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private @Nullable ByteBuf partial;
    private int partialBytes;
    private long partialTime;

    /**
     * @param frameTicks ticks of the RTP clock from a frame to the next
     */
    AacDepacketizer(GenericHeaders headers, int frameTicks, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        this.headers = headers;
        this.frameTicks = frameTicks;
        this.out = out;
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    @Override
    public void payload(ByteBuf buf, int at, int end, long time, boolean marker) {
        if (end - at < 2) {
            return;
        }
        int headerBits = buf.getUnsignedShort(at);
        int data = at + 2 + (headerBits + 7) / 8;
        if (data > end) {
            out.dropped();
            return;
        }
        long bit = (at + 2) * 8L;
        long lastBit = bit + headerBits;
        long frame = time;
        int indexBits = headers.indexBits();
        while (bit + headers.sizeBits() + indexBits <= lastBit) {
            int size = bits(buf, bit, headers.sizeBits());
            bit += headers.sizeBits() + indexBits;
            indexBits = headers.deltaBits();
            if (size > end - data) {
                fragment(buf, data, end, size, frame);
                return;
            }
            whole(buf, data, size, frame);
            data += size;
            frame += frameTicks;
        }
    }

    private void whole(ByteBuf buf, int at, int size, long time) {
        if (partial != null) {
            partial.release();
            partial = null;
            out.dropped();
        }
        if (size > 0) {
            out.unit(time, true, allocator.buffer(size).writeBytes(buf, at, size));
        }
    }

    /** A part of a frame; each packet of it says the whole size. */
    private void fragment(ByteBuf buf, int at, int end, int size, long time) {
        if (size > maxBytes) {
            out.dropped();
            return;
        }
        ByteBuf sum = partial;
        if (sum == null || partialTime != time || partialBytes != size) {
            if (sum != null) {
                sum.release();
                out.dropped();
            }
            sum = allocator.buffer(size);
            partial = sum;
            partialTime = time;
            partialBytes = size;
        }
        sum.writeBytes(buf, at, Math.min(end - at, size - sum.readableBytes()));
        if (sum.readableBytes() == size) {
            partial = null;
            out.unit(time, true, sum);
        }
    }

    @Override
    public void lost() {
        if (partial != null) {
            partial.release();
            partial = null;
            out.dropped();
        }
    }

    @Override
    public void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private static int bits(ByteBuf buf, long bit, int count) {
        int value = 0;
        for (long i = bit; i < bit + count; i++) {
            value = value << 1 | (buf.getByte((int) (i >> 3)) >> (int) (7 - (i & 7)) & 1);
        }
        return value;
    }
}

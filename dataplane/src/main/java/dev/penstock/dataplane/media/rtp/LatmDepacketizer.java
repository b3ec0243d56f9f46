package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * AAC as MP4A-LATM (RFC 6416) with its configuration in the SDP: multiplex elements, each in one packet or in several up to the
 * marker. One owner.
 */
final class LatmDepacketizer implements Depacketizer {
    private final int frames;
    private final int frameTicks;
    private final UnitSink out;
    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private @Nullable ByteBuf partial;
    private boolean damaged;

    /**
     * @param frames audio frames in an element
     * @param frameTicks ticks of the RTP clock from a frame to the next
     */
    LatmDepacketizer(int frames, int frameTicks, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        this.frames = frames;
        this.frameTicks = frameTicks;
        this.out = out;
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    @Override
    public void payload(ByteBuf buf, int at, int end, long time, boolean marker) {
        if (marker && partial == null) {
            if (!damaged) {
                element(buf, at, end, time);
            }
            damaged = false;
            return;
        }
        ByteBuf sum = partial == null ? allocator.buffer(end - at) : partial;
        partial = sum;
        if (sum.readableBytes() + end - at > maxBytes) {
            damaged = true;
        } else {
            sum.writeBytes(buf, at, end - at);
        }
        if (marker) {
            partial = null;
            if (damaged) {
                out.dropped();
            } else {
                element(sum, sum.readerIndex(), sum.writerIndex(), time);
            }
            damaged = false;
            sum.release();
        }
    }

    /** PayloadLengthInfo and PayloadMux (1.7.3.2.3): lengths are sums of bytes up to the first below 255. */
    private void element(ByteBuf buf, int from, int end, long time) {
        int at = from;
        for (int i = 0; i < frames; i++) {
            int size = 0;
            int part = 255;
            while (part == 255 && at < end) {
                part = buf.getUnsignedByte(at++);
                size += part;
            }
            if (size == 0 || size > end - at) {
                out.dropped();
                return;
            }
            out.unit(time + (long) i * frameTicks, true, allocator.buffer(size).writeBytes(buf, at, size));
            at += size;
        }
    }

    @Override
    public void lost() {
        damaged = partial != null;
    }

    @Override
    public void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}

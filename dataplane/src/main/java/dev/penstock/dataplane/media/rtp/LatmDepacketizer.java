package dev.penstock.dataplane.media.rtp;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.aac.LatmReader;

/**
 * AAC as MP4A-LATM (RFC 6416) with its configuration in the SDP or in band: multiplex elements, each in one packet or in several up
 * to the marker. One owner.
 */
final class LatmDepacketizer implements Depacketizer {
    private final @Nullable LatmReader inBand;
    private final int clockRate;
    private final int frames;
    private final int frameTicks;
    private final UnitSink out;
    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private @Nullable AudioSpecificConfig told;
    private @Nullable ByteBuf partial;
    private boolean damaged;

    /**
     * @param frames audio frames in an element
     * @param frameTicks ticks of the RTP clock from a frame to the next
     */
    LatmDepacketizer(int frames, int frameTicks, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        this.inBand = null;
        this.clockRate = 0;
        this.frames = frames;
        this.frameTicks = frameTicks;
        this.out = out;
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    /**
     * @param inBand reads elements that bring their configuration along
     * @param clockRate ticks of the RTP clock in a second
     */
    LatmDepacketizer(LatmReader inBand, int clockRate, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        this.inBand = inBand;
        this.clockRate = clockRate;
        this.frames = 0;
        this.frameTicks = 0;
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

    private void element(ByteBuf buf, int from, int end, long time) {
        if (inBand == null) {
            plain(buf, from, end, time);
            return;
        }
        Optional<LatmReader.Element> element = inBand.read(buf, from, end);
        if (element.isEmpty()) {
            out.dropped();
            return;
        }
        AudioSpecificConfig config = element.get().config();
        if (!config.equals(told)) {
            told = config;
            out.config(config.bytes(), 0);
        }
        long frame = time;
        for (LatmReader.Frame each : element.get().frames()) {
            out.unit(frame, true, each.copy(buf, allocator));
            frame += (long) config.frameSamples() * clockRate / config.sampleRate();
        }
    }

    /** PayloadLengthInfo and PayloadMux (1.7.3.2.3): lengths are sums of bytes up to the first below 255. */
    private void plain(ByteBuf buf, int from, int end, long time) {
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

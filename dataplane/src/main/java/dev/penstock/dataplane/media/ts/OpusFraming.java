package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.opus.OpusPacket;

/** Opus behind control headers (Opus in MPEG-2 TS, wiki.xiph.org/OpusTS; ETSI TS 103 491). */
final class OpusFraming implements AudioFraming {
    private static final int RATE = 48_000;
    private static final int MAX_PACKET = 61_440;

    private final byte[] config;

    /**
     * @param config OpusHead, from the descriptor
     */
    OpusFraming(byte[] config) {
        this.config = config;
    }

    @Override
    public int headerBytes() {
        return 4;
    }

    @Override
    public Optional<Frame> at(ByteBuf bytes, int at, int end) {
        int head = bytes.getUnsignedShort(at);
        if ((head & 0xFFE0) != 0x7FE0) {
            return Optional.empty();
        }
        int next = at + 2;
        int size = 0;
        int part = 255;
        while (part == 255 && next < end && size <= MAX_PACKET) {
            part = bytes.getUnsignedByte(next++);
            size += part;
        }
        next += ((head & 0x10) != 0 ? 2 : 0) + ((head & 0x08) != 0 ? 2 : 0);
        if ((head & 0x04) != 0) {
            next += 1 + (next < end ? bytes.getUnsignedByte(next) : 0);
        }
        if (size == 0 || size > MAX_PACKET) {
            return Optional.empty();
        }
        int samples = next < end ? OpusPacket.samples(bytes, next, end) : 0;
        return Optional.of(new Frame(next - at, next - at + size, samples, RATE, config));
    }
}

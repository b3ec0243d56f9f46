package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.aac.LatmReader;

/**
 * AAC in LATM behind LOAS headers (AudioSyncStream, ISO/IEC 14496-3 1.7.2), which tell their configuration every now and then; frames
 * before the first are dropped. Elements of several frames are none. One owner.
 */
final class LoasFraming implements AudioFraming {
    private static final int HEADER = 3;

    private final LatmReader reader = new LatmReader();

    @Override
    public int headerBytes() {
        return HEADER;
    }

    @Override
    public Optional<Frame> at(ByteBuf bytes, int at, int end) {
        int head = bytes.getUnsignedMedium(at);
        int size = head & 0x1FFF;
        if (head >> 13 != 0x2B7 || size == 0) {
            return Optional.empty();
        }
        if (size > end - at - HEADER) {
            return Optional.of(unknown(size));
        }
        return Optional.of(reader.read(bytes, at + HEADER, at + HEADER + size)
                .filter(element -> element.frames().size() == 1)
                .map(element -> {
                    AudioSpecificConfig config = element.config();
                    return new Frame(HEADER, HEADER + size, config.frameSamples(), config.sampleRate(), config.bytes());
                }).orElseGet(() -> unknown(size)));
    }

    /** One that is not whole, or nobody can read. */
    private static Frame unknown(int size) {
        return new Frame(HEADER, HEADER + size, 0, 1, null);
    }

    @Override
    public ByteBuf unit(ByteBuf bytes, int at, Frame frame, ByteBufAllocator allocator) {
        return reader.read(bytes, at + HEADER, at + frame.bytes()).orElseThrow().frames().getFirst().copy(bytes,
                allocator);
    }
}

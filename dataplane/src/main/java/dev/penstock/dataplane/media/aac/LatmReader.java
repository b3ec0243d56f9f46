package dev.penstock.dataplane.media.aac;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * AAC in multiplex elements that bring their configuration along (AudioMuxElement with muxConfigPresent, ISO/IEC 14496-3 1.7.3): one
 * program of one layer, frames of variable length. Others are damaged. The configuration that came last holds for elements that
 * say the same. One owner.
 */
public final class LatmReader {
    /** Longest AudioSpecificConfig, one with a comment. */
    private static final int MAX_CONFIG = 300;

    private @Nullable Mux mux;

    /**
     * A StreamMuxConfig.
     *
     * @param audio of the frames
     * @param frames in an element
     */
    private record Mux(AudioSpecificConfig audio, int frames) {}

    /**
     * What an element holds.
     *
     * @param config of its frames
     * @param frames where each begins, in bits, and its bytes
     */
    public record Element(AudioSpecificConfig config, List<Frame> frames) {}

    /**
     * A frame of an element.
     *
     * @param at its first bit, counted from the first bit of the buffer
     * @param bytes of it
     */
    public record Frame(long at, int bytes) {
        /** The frame, the caller's. */
        public ByteBuf copy(ByteBuf element, ByteBufAllocator allocator) {
            LatmBits in = new LatmBits(element, 0, element.writerIndex());
            in.skip(at);
            return in.take(bytes, allocator);
        }
    }

    /**
     * Reads an element.
     *
     * @param buf by absolute index, neither kept nor changed
     * @param at its first byte
     * @param end end of the bytes that may belong to it
     * @return empty when it is damaged, of another kind, or no configuration has come yet
     */
    public Optional<Element> read(ByteBuf buf, int at, int end) {
        LatmBits in = new LatmBits(buf, at, end);
        if (!in.flag()) {
            Mux told = config(in);
            if (told == null || in.exhausted()) {
                return Optional.empty();
            }
            mux = told;
        }
        Mux now = mux;
        return now == null ? Optional.empty() : frames(in, now);
    }

    private static Optional<Element> frames(LatmBits in, Mux mux) {
        List<Frame> frames = new ArrayList<>(mux.frames());
        for (int i = 0; i < mux.frames(); i++) {
            int size = 0;
            int part = 255;
            while (part == 255 && !in.exhausted()) {
                part = in.bits(8);
                size += part;
            }
            if (size == 0 || !in.has(size)) {
                return Optional.empty();
            }
            frames.add(new Frame(in.position(), size));
            in.skip(size * 8L);
        }
        return Optional.of(new Element(mux.audio(), List.copyOf(frames)));
    }

    /** StreamMuxConfig (1.7.3.2.3). */
    private static @Nullable Mux config(LatmBits in) {
        boolean second = in.flag();
        if (second) {
            if (in.flag()) {
                return null;
            }
            in.value();
        }
        boolean sameTime = in.flag();
        int frames = in.bits(6) + 1;
        int otherProgramsAndLayers = in.bits(7);
        if (!sameTime || otherProgramsAndLayers != 0) {
            return null;
        }
        int told = second ? in.value() : -1;
        AscBits audio = new AscBits(in.peek(told < 0 ? MAX_CONFIG : Math.min((told + 7) / 8, MAX_CONFIG)));
        AudioSpecificConfig config = AudioSpecificConfig.parse(audio, second).orElse(null);
        // How long others are nobody tells.
        if (config == null || config.objectType() > 4) {
            return null;
        }
        in.skip(told < 0 ? audio.position() : told);
        if (in.bits(3) != 0) {
            return null;
        }
        in.bits(8);
        skipOther(in, second);
        if (in.flag()) {
            in.bits(8);
        }
        return new Mux(config, frames);
    }

    /** How much data of another kind stands behind the frames, where nobody looks. */
    private static void skipOther(LatmBits in, boolean second) {
        if (!in.flag()) {
            return;
        }
        if (second) {
            in.value();
            return;
        }
        boolean more = true;
        while (more && !in.exhausted()) {
            more = in.flag();
            in.bits(8);
        }
    }
}

package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Finds the frames of one coding of audio by their headers. Pure; reads by absolute index. */
interface AudioFraming {
    /**
     * A frame.
     *
     * @param header bytes before what goes into the access unit
     * @param bytes of the frame, header and all
     * @param samples it plays
     * @param rate samples per second
     * @param config its configuration record; empty of bytes where there is none, null when the frame cannot be read
     */
    record Frame(int header, int bytes, int samples, int rate, byte @Nullable [] config) {}

    /** Bytes that {@link #at} needs to see at least. */
    int headerBytes();

    /**
     * Reads the header of a frame.
     *
     * @param at its first byte; at least {@link #headerBytes} are there
     * @param end end of the bytes that are there; the frame may end behind
     * @return empty when none is there
     */
    Optional<Frame> at(ByteBuf bytes, int at, int end);

    /**
     * The access unit in a frame that is whole and has just been found; the caller's.
     *
     * @param at first byte of the frame
     */
    default ByteBuf unit(ByteBuf bytes, int at, Frame frame, ByteBufAllocator allocator) {
        int size = frame.bytes() - frame.header();
        return allocator.buffer(size, size).writeBytes(bytes, at + frame.header(), size);
    }
}

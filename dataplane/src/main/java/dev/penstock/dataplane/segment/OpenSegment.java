package dev.penstock.dataplane.segment;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.hub.Chunk;

/** A segment that still gets packets: slices of chunks, retained. One thread. */
final class OpenSegment {
    /** The system sends at most this many pieces at a time, and so does the HTTP server; more are copied into one. */
    private static final int MAX_PARTS = 1000;

    private final List<ByteBuf> parts = new ArrayList<>();
    private final Start start;
    private int bytes;
    private long durationTicks;

    OpenSegment(Start start) {
        this.start = start;
    }

    /**
     * What is known when a segment begins.
     *
     * @param dtsTicks decoding time of its first access unit, without wraps
     * @param epochMs wall clock of its first access unit, by media time
     * @param independent whether it starts with a key access unit
     * @param discontinuity whether EXT-X-DISCONTINUITY stands before it
     * @param discontinuitySequence number of the discontinuity that it follows
     */
    record Start(long dtsTicks, long epochMs, boolean independent, boolean discontinuity,
            long discontinuitySequence) {}

    Start start() {
        return start;
    }

    int bytes() {
        return bytes;
    }

    /** Adds a buffer; takes ownership. */
    void add(ByteBuf part) {
        parts.add(part);
        bytes += part.readableBytes();
    }

    /** Adds a run of a chunk's packets, without a copy. */
    void add(Chunk chunk, int from, int to) {
        if (to > from) {
            add(chunk.data().retainedSlice(chunk.data().readerIndex() + from, to - from));
        }
    }

    /** Sets the duration: no further access unit of the lead PID comes. */
    void ends(long ticks) {
        durationTicks = Math.max(1, ticks);
    }

    /** Makes the segment, which owns the slices from now on. */
    Segment finish(long sequence, StreamShape shape) {
        ByteBufAllocator allocator = parts.isEmpty() ? Unpooled.EMPTY_BUFFER.alloc() : parts.getFirst().alloc();
        ByteBuf content = new CompositeByteBuf(allocator, true, MAX_PARTS,
                parts.toArray(ByteBuf[]::new));
        parts.clear();
        return new Segment(new Segment.Info(sequence, start.discontinuitySequence(), start.discontinuity(),
                start.independent(), start.epochMs(), durationTicks, bytes, shape), content);
    }

    /** Gives the slices back without making a segment. */
    void discard() {
        parts.forEach(ByteBuf::release);
        parts.clear();
    }
}

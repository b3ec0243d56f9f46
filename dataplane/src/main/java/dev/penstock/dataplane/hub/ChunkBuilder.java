package dev.penstock.dataplane.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk.Mark;
import dev.penstock.dataplane.media.ts.PesStart;

/** The chunk under construction: one pooled direct buffer, sized after the chunk before. One thread. */
final class ChunkBuilder {
    private static final int SMALLEST = 4096;

    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private final List<Mark> marks = new ArrayList<>();
    private int[] tables = new int[8];
    private int tableCount;
    private int expectedBytes = 16 << 10;
    private @Nullable ByteBuf data;
    private Chunk.@Nullable Head head;

    ChunkBuilder(ByteBufAllocator allocator, int maxBytes) {
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    /** Bytes so far; 0 when no chunk is open. */
    int size() {
        return data == null ? 0 : data.readableBytes();
    }

    boolean isEmpty() {
        return data == null;
    }

    void open(Chunk.Head start) {
        head = start;
        data = allocator.directBuffer(expectedBytes, maxBytes);
    }

    /** Copies packets; a chunk must be open. */
    void append(ByteBuf from, int index, int length) {
        data.writeBytes(from, index, length);
    }

    /** Notes a PES packet that starts at an offset of this chunk. */
    void mark(int offset, PesStart pes) {
        marks.add(new Mark(offset, pes));
    }

    /** Notes a packet of PAT or PMT at an offset of this chunk. */
    void table(int offset) {
        if (tableCount == tables.length) {
            tables = Arrays.copyOf(tables, tableCount * 2);
        }
        tables[tableCount++] = offset;
    }

    /** Ends the open chunk; the caller owns the result. */
    Chunk seal(long sequence) {
        Chunk chunk = new Chunk(sequence, data, head, marks, Arrays.copyOf(tables, tableCount));
        // A quarter above the last size, so that a steady stream neither copies while growing nor wastes half a buffer.
        expectedBytes = Math.clamp(chunk.bytes() + chunk.bytes() / 4, SMALLEST, maxBytes);
        data = null;
        head = null;
        marks.clear();
        tableCount = 0;
        return chunk;
    }

    /** Drops the open chunk. */
    void discard() {
        if (data != null) {
            data.release();
            data = null;
        }
        marks.clear();
        tableCount = 0;
    }
}

package dev.penstock.dataplane.hub;

import java.util.ArrayDeque;
import java.util.Iterator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.Sample;

/**
 * The newest access units of a source: appended to blocks of memory, one behind the other, each behind a header of
 * {@value #HEADER} bytes. Starts with a key access unit of the lead track. Whole groups of pictures leave at the front, bounded by
 * duration and bytes; the last one stays even when it is longer than the duration, unless it breaks the bound on bytes.
 *
 * <p>Owns its blocks; one thread.
 */
final class SampleRing {
    /** Size, track, key, decoding time, presentation after decoding time, arrival. */
    static final int HEADER = 4 + 4 + 8 + 4 + 8;
    /** Small, as the first and the last block are half empty on average, and a camera has few. */
    static final int BLOCK = 32 << 10;

    private final ByteBufAllocator allocator;
    private final long maxMs;
    private final long maxBytes;
    private final ArrayDeque<ByteBuf> blocks = new ArrayDeque<>();
    private final ArrayDeque<Group> groups = new ArrayDeque<>();
    /** Position of the first block's first byte; positions count all bytes ever appended. */
    private long base;
    private long first;
    private long next;
    /** Arrival of the second group; no number of ms reaches it while there is none. */
    private long secondMs = Long.MAX_VALUE;

    /** A key access unit that decoding can start at: its position, and its arrival in ms since 1970. */
    private record Group(long position, long wallMs) {}

    /** Hears of access units. */
    interface Reader {
        /**
         * An access unit, oldest first.
         *
         * @param sample its data is valid during the call, may be changed and must not be released
         * @param wallMs its arrival, ms since 1970
         */
        void read(Sample sample, long wallMs);
    }

    SampleRing(ByteBufAllocator allocator, HubConfig config) {
        this.allocator = allocator;
        this.maxMs = config.ringDuration().toMillis();
        this.maxBytes = config.ringBytes();
    }

    /** Bytes held, headers included. */
    long bytes() {
        return next - first;
    }

    boolean isEmpty() {
        return next == first;
    }

    /**
     * Adds an access unit. While the ring is empty only one that starts a group is taken.
     *
     * @param sample copied; stays the caller's
     * @param starts whether decoding can start here, on the lead track
     * @param wallMs arrival, ms since 1970
     */
    void add(Sample sample, boolean starts, long wallMs) {
        ByteBuf data = sample.data();
        int size = data.readableBytes();
        if ((isEmpty() && !starts) || HEADER + size > maxBytes) {
            return;
        }
        while (secondMs <= wallMs - maxMs) {
            // What follows the first group is long enough by itself.
            dropGroup();
        }
        ByteBuf block = room();
        if (starts) {
            groups.add(new Group(next, wallMs));
            findSecond();
        }
        block.writeInt(size);
        block.writeInt(sample.track() << 1 | (sample.key() ? 1 : 0));
        block.writeLong(sample.dts());
        block.writeInt((int) Math.min(sample.pts() - sample.dts(), Integer.MAX_VALUE));
        block.writeLong(wallMs);
        next += HEADER;
        append(data, size);
        while (bytes() > maxBytes) {
            dropGroup();
        }
    }

    /** Tells of all access units and forgets them. */
    void drain(Reader reader) {
        long at = first;
        while (at < next) {
            at = afterGap(at);
            ByteBuf block = blockAt(at);
            int index = (int) ((at - base) % BLOCK);
            int size = block.getInt(index);
            int flags = block.getInt(index + 4);
            long dts = block.getLong(index + 8);
            long pts = dts + block.getInt(index + 16);
            long wallMs = block.getLong(index + 20);
            at += HEADER;
            read(reader, new Sample(flags >>> 1, dts, pts, (flags & 1) == 1, data(at, size)), wallMs);
            at += size;
            free(at);
        }
        clear();
    }

    /** Forgets all. */
    void clear() {
        for (ByteBuf block : blocks) {
            block.release();
        }
        blocks.clear();
        groups.clear();
        secondMs = Long.MAX_VALUE;
        base = 0;
        first = 0;
        next = 0;
    }

    private static void read(Reader reader, Sample sample, long wallMs) {
        try {
            reader.read(sample, wallMs);
        } finally {
            sample.data().release();
        }
    }

    /** The bytes of an access unit, which the caller releases: a slice, or a copy when they lie in several blocks. */
    private ByteBuf data(long at, int size) {
        int index = (int) ((at - base) % BLOCK);
        if (size == 0) {
            return allocator.directBuffer(0, 0);
        }
        if (index + size <= BLOCK) {
            return blockAt(at).retainedSlice(index, size);
        }
        ByteBuf copy = allocator.directBuffer(size, size);
        for (int copied = 0; copied < size;) {
            int from = (int) ((at + copied - base) % BLOCK);
            int part = Math.min(BLOCK - from, size - copied);
            copy.writeBytes(blockAt(at + copied), from, part);
            copied += part;
        }
        return copy;
    }

    private void append(ByteBuf data, int size) {
        int from = data.readerIndex();
        for (int left = size; left > 0;) {
            ByteBuf block = blocks.peekLast();
            if (block == null || !block.isWritable()) {
                block = open();
            }
            int part = Math.min(left, block.writableBytes());
            block.writeBytes(data, from, part);
            from += part;
            left -= part;
            next += part;
        }
    }

    /** The last block, with room for a header: one that has not is left with a gap. */
    private ByteBuf room() {
        ByteBuf last = blocks.peekLast();
        if (last != null && last.writableBytes() >= HEADER) {
            return last;
        }
        if (last != null) {
            next += last.writableBytes();
            last.writerIndex(BLOCK);
        }
        return open();
    }

    private ByteBuf open() {
        ByteBuf block = allocator.directBuffer(BLOCK, BLOCK);
        blocks.add(block);
        return block;
    }

    /** A header never lies in two blocks. */
    private long afterGap(long at) {
        long left = BLOCK - (at - base) % BLOCK;
        return left < HEADER ? at + left : at;
    }

    private ByteBuf blockAt(long position) {
        int number = (int) ((position - base) / BLOCK);
        if (number == 0) {
            return blocks.getFirst();
        }
        int at = 0;
        for (ByteBuf block : blocks) {
            if (at++ == number) {
                return block;
            }
        }
        throw new IllegalStateException("position " + position + " of " + base + " to " + next);
    }

    private void findSecond() {
        Iterator<Group> all = groups.iterator();
        secondMs = Long.MAX_VALUE;
        if (all.hasNext()) {
            all.next();
        }
        if (all.hasNext()) {
            secondMs = all.next().wallMs();
        }
    }

    private void dropGroup() {
        groups.poll();
        Group start = groups.peek();
        if (start == null) {
            clear();
        } else {
            free(start.position());
            findSecond();
        }
    }

    /** Frees the blocks before a position. */
    private void free(long position) {
        first = position;
        while (!blocks.isEmpty() && position - base >= BLOCK) {
            blocks.poll().release();
            base += BLOCK;
        }
    }
}

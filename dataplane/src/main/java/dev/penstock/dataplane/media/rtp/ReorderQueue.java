package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Packets that came before one that is missing, copied, by their sequence number. Bounded by its size. One owner. */
final class ReorderQueue {
    private final @Nullable ByteBuf[] slots;
    private final long[] arrived;
    private int count;

    /**
     * @param size packets, a power of two
     */
    ReorderQueue(int size) {
        slots = new ByteBuf[size];
        arrived = new long[size];
    }

    int count() {
        return count;
    }

    int size() {
        return slots.length;
    }

    /** Copies a packet in; a second one with its number is left out. */
    void put(int sequence, ByteBuf buf, int at, int end, long nowNanos, ByteBufAllocator allocator) {
        int slot = sequence & slots.length - 1;
        if (slots[slot] == null) {
            slots[slot] = allocator.buffer(end - at).writeBytes(buf, at, end - at);
            arrived[slot] = nowNanos;
            count++;
        }
    }

    /** When the packet with a number came; only for one that is there. */
    long arrived(int sequence) {
        return arrived[sequence & slots.length - 1];
    }

    boolean has(int sequence) {
        return slots[sequence & slots.length - 1] != null;
    }

    /** Takes a packet out; ownership passes to the caller. Null when it has not come. */
    @Nullable
    ByteBuf take(int sequence) {
        int slot = sequence & slots.length - 1;
        ByteBuf packet = slots[slot];
        if (packet != null) {
            slots[slot] = null;
            count--;
        }
        return packet;
    }

    /** Frees everything. */
    void clear() {
        for (int i = 0; i < slots.length; i++) {
            ByteBuf packet = slots[i];
            if (packet != null) {
                packet.release();
                slots[i] = null;
            }
        }
        count = 0;
    }
}

package dev.penstock.dataplane.media.aac;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Reads bits of a multiplex element by absolute index; beyond its end all bits are 0 and {@link #exhausted} turns true. One owner. */
final class LatmBits {
    private final ByteBuf bytes;
    private final long end;
    private long bit;

    LatmBits(ByteBuf bytes, int from, int to) {
        this.bytes = bytes;
        bit = from * 8L;
        end = to * 8L;
    }

    boolean exhausted() {
        return bit > end;
    }

    boolean flag() {
        return bits(1) == 1;
    }

    /** Up to 31 bits. */
    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | (bit < end ? bytes.getByte((int) (bit >> 3)) >> (int) (7 - (bit & 7)) & 1 : 0);
            bit++;
        }
        return value;
    }

    /** The next bit, counted from the first one of the buffer. */
    long position() {
        return bit;
    }

    /** Passes over bits. */
    void skip(long count) {
        bit += count;
    }

    /** A number of 1 to 4 bytes (LatmGetValue, ISO/IEC 14496-3 1.7.3.1); negative when it is too large. */
    int value() {
        int more = bits(2);
        int value = bits(8);
        for (int i = 0; i < more; i++) {
            value = value << 8 | bits(8);
        }
        return value;
    }

    /** Bytes from here on, aligned; the position stays. At most so many. */
    byte[] peek(int most) {
        int count = (int) Math.min(most, Math.max(0, (end - bit + 7) >> 3));
        byte[] out = new byte[count];
        long before = bit;
        for (int i = 0; i < count; i++) {
            out[i] = (byte) bits(8);
        }
        bit = before;
        return out;
    }

    /** Whether so many bytes are left. */
    boolean has(int count) {
        return end - bit >= count * 8L;
    }

    /** So many bytes, aligned, which must be there; the caller's. */
    ByteBuf take(int count, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(Math.max(count, 1));
        int at = (int) (bit >> 3);
        int shift = (int) (bit & 7);
        bit += count * 8L;
        if (shift == 0) {
            return out.writeBytes(bytes, at, count);
        }
        for (int i = 0; i < count; i++) {
            out.writeByte(bytes.getByte(at + i) << shift | bytes.getUnsignedByte(at + i + 1) >> (8 - shift));
        }
        return out;
    }
}

package dev.penstock.dataplane.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * NAL units of one access unit, each behind its length in 4 bytes (ISO/IEC 14496-15 4.3.2), and their other form, behind start codes
 * (ITU-T H.264 annex B). Reads without allocation; indices of what is read stay as they are. To go through an access unit:
 *
 * <pre>{@code
 * int end = data.writerIndex();
 * for (int at = data.readerIndex(), length; (length = NalUnits.length(data, at, end)) >= 0; at += 4 + length) {
 *     int type = data.getByte(at + 4) & 0x1F;
 * }
 * }</pre>
 *
 * <p>Pure; any thread.
 */
public final class NalUnits {
    /** Bytes of a length, and of the start codes that are written. */
    public static final int PREFIX = 4;

    private NalUnits() {}

    /**
     * Length of the NAL unit whose length field is at an index.
     *
     * @param data an access unit
     * @param at index of the length field
     * @param end end of the access unit
     * @return bytes of the NAL unit behind the length field, all of them before {@code end}; -1 at the end, and where fewer bytes are
     *     left than the length says
     */
    public static int length(ByteBuf data, int at, int end) {
        if (end - at < PREFIX) {
            return -1;
        }
        int length = data.getInt(at);
        return length < 0 || length > end - at - PREFIX ? -1 : length;
    }

    /** Whether an access unit is NAL units with their lengths from its first byte to its last, and holds one that is not empty. */
    public static boolean isValid(ByteBuf data) {
        int end = data.writerIndex();
        int at = data.readerIndex();
        boolean some = false;
        int length = length(data, at, end);
        while (length >= 0) {
            some |= length > 0;
            at += PREFIX + length;
            length = length(data, at, end);
        }
        return some && at == end;
    }

    /** Copies of the NAL units of an access unit; damaged rests and empty ones are left out. */
    public static List<byte[]> copy(ByteBuf data) {
        List<byte[]> units = new ArrayList<>();
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = length(data, at, end)) >= 0; at += PREFIX + length) {
            if (length > 0) {
                byte[] unit = new byte[length];
                data.getBytes(at + PREFIX, unit);
                units.add(unit);
            }
        }
        return units;
    }

    /**
     * Writes an access unit with start codes instead of lengths; the bytes stay as many as they were.
     *
     * @param data NAL units behind lengths; what is behind a wrong length is left out
     * @param out where the NAL units go
     */
    public static void writeAnnexB(ByteBuf data, ByteBuf out) {
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = length(data, at, end)) >= 0; at += PREFIX + length) {
            if (length > 0) {
                out.writeInt(1);
                out.writeBytes(data, at + PREFIX, length);
            }
        }
    }

    /**
     * From start codes to lengths.
     *
     * @param annexB NAL units behind 00 00 01 or 00 00 00 01; what stands before the first start code is left out
     * @param allocator makes the result
     * @return an access unit as large as its content, which the caller owns; empty of bytes when there is no NAL unit
     */
    public static ByteBuf fromAnnexB(ByteBuf annexB, ByteBufAllocator allocator) {
        int bytes = 0;
        int end = annexB.writerIndex();
        for (int at = afterStartCode(annexB, annexB.readerIndex(), end); at < end;) {
            int next = afterStartCode(annexB, at, end);
            int length = unitEnd(annexB, at, next, end) - at;
            bytes += length > 0 ? PREFIX + length : 0;
            at = next;
        }
        ByteBuf out = allocator.buffer(bytes, bytes);
        for (int at = afterStartCode(annexB, annexB.readerIndex(), end); at < end;) {
            int next = afterStartCode(annexB, at, end);
            int length = unitEnd(annexB, at, next, end) - at;
            if (length > 0) {
                out.writeInt(length);
                out.writeBytes(annexB, at, length);
            }
            at = next;
        }
        return out;
    }

    /**
     * From lengths of 1 to 4 bytes to lengths of 4.
     *
     * @param data NAL units behind lengths
     * @param lengthSize bytes of each length, 1 to 4, as the configuration says ({@code lengthSizeMinusOne} + 1)
     * @param allocator makes the result
     * @return an access unit as large as its content, which the caller owns; empty when a length is wrong or there is no NAL unit
     */
    public static Optional<ByteBuf> fromLengths(ByteBuf data, int lengthSize, ByteBufAllocator allocator) {
        int end = data.writerIndex();
        int bytes = 0;
        int at = data.readerIndex();
        while (at < end) {
            int length = shortLength(data, at, end, lengthSize);
            if (length < 0) {
                return Optional.empty();
            }
            bytes += length > 0 ? PREFIX + length : 0;
            at += lengthSize + length;
        }
        if (bytes == 0) {
            return Optional.empty();
        }
        ByteBuf out = allocator.buffer(bytes, bytes);
        at = data.readerIndex();
        while (at < end) {
            int length = shortLength(data, at, end, lengthSize);
            if (length > 0) {
                out.writeInt(length);
                out.writeBytes(data, at + lengthSize, length);
            }
            at += lengthSize + length;
        }
        return Optional.of(out);
    }

    private static int shortLength(ByteBuf data, int at, int end, int lengthSize) {
        if (end - at < lengthSize) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < lengthSize; i++) {
            length = length << 8 | data.getUnsignedByte(at + i);
        }
        return length < 0 || length > end - at - lengthSize ? -1 : length;
    }

    /** Index behind the next 00 00 01, or {@code end}. */
    private static int afterStartCode(ByteBuf data, int from, int end) {
        int at = from;
        while (at + 3 <= end) {
            int third = data.getByte(at + 2);
            if (third > 1 || third < 0) {
                at += 3;
            } else if (third == 1 && data.getByte(at) == 0 && data.getByte(at + 1) == 0) {
                return at + 3;
            } else {
                at++;
            }
        }
        return end;
    }

    /** Where the NAL unit ends whose successor begins at an index: before the start code and the zeros before that. */
    private static int unitEnd(ByteBuf data, int from, int next, int end) {
        boolean last = next == end && !(end - from >= 3 && data.getMedium(end - 3) == 1);
        int at = last ? end : next - 3;
        while (at > from && data.getByte(at - 1) == 0) {
            at--;
        }
        return Math.max(at, from);
    }
}

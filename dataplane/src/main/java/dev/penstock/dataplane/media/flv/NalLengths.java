package dev.penstock.dataplane.media.flv;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Checks and widens the lengths in front of NAL units (ISO/IEC 14496-15 5.3.3). Pure. */
final class NalLengths {
    private NalLengths() {}

    /**
     * The access unit with lengths of 4 bytes: the same buffer when it has them already.
     *
     * @param unit takes ownership
     * @param size bytes of a length in it, 1 to 4
     * @return null, and the buffer released, when the lengths do not add up
     */
    static @Nullable ByteBuf widened(ByteBuf unit, int size) {
        int count = count(unit, size);
        if (count == 0) {
            unit.release();
            return null;
        }
        if (size == 4) {
            return unit;
        }
        try {
            ByteBuf wide = unit.alloc().buffer(unit.readableBytes() + count * (4 - size));
            while (unit.isReadable()) {
                int length = length(unit, unit.readerIndex(), size);
                unit.skipBytes(size);
                wide.writeInt(length).writeBytes(unit, length);
            }
            return wide;
        } finally {
            unit.release();
        }
    }

    /** How many NAL units there are; 0 when the lengths do not add up. */
    private static int count(ByteBuf unit, int size) {
        int at = unit.readerIndex();
        int end = unit.writerIndex();
        int count = 0;
        while (at < end) {
            if (end - at < size) {
                return 0;
            }
            int length = length(unit, at, size);
            at += size;
            if (length < 0 || length > end - at) {
                return 0;
            }
            at += length;
            count++;
        }
        return count;
    }

    private static int length(ByteBuf unit, int at, int size) {
        return switch (size) {
            case 1 -> unit.getUnsignedByte(at);
            case 2 -> unit.getUnsignedShort(at);
            case 3 -> unit.getUnsignedMedium(at);
            default -> unit.getInt(at);
        };
    }
}

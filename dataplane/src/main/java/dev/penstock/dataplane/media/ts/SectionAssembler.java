package dev.penstock.dataplane.media.ts;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * Puts together the sections of one PID (ISO/IEC 13818-1 2.4.4). Holds at most one section of 1,024 bytes. A section equal to
 * the last good one is not handed over again, and its CRC is not computed again. Not thread-safe: one owner.
 */
final class SectionAssembler {
    /** Longest section of PAT and PMT: section_length is at most 1021. */
    private static final int MAX_SECTION = 1024;

    /** Takes sections with the right CRC. */
    interface Target {
        /** A section that differs from the one before; the array belongs to the receiver. */
        void section(byte[] section);

        /** A section was dropped. */
        void bad();
    }

    private final byte[] bytes = new byte[MAX_SECTION];
    private int length = -1;
    private byte[] last = {};

    /** Forgets everything, the last good section too. */
    void reset() {
        drop();
        last = new byte[0];
    }

    /** Drops the section under way: a packet is missing. */
    void drop() {
        length = -1;
    }

    /**
     * Takes the payload of one packet.
     *
     * @param buf read by absolute index
     * @param from first byte of the payload
     * @param to end of the packet
     * @param unitStart payload_unit_start_indicator
     */
    void payload(ByteBuf buf, int from, int to, boolean unitStart, Target target) {
        int at = from;
        if (unitStart) {
            if (at >= to) {
                return;
            }
            int start = at + 1 + buf.getUnsignedByte(at);
            if (start > to) {
                drop();
                target.bad();
                return;
            }
            if (length >= 0) {
                take(buf, at + 1, start, target);
            }
            at = start;
            length = 0;
        }
        while (length >= 0 && at < to) {
            if (length == 0 && buf.getUnsignedByte(at) == 0xFF) {
                drop();
                return;
            }
            at = take(buf, at, to, target);
        }
    }

    /** Copies into the section under way, hands it over when it is whole; returns where it stopped. */
    private int take(ByteBuf buf, int from, int to, Target target) {
        int at = from;
        while (length < 3 && at < to) {
            bytes[length++] = buf.getByte(at++);
        }
        if (length < 3) {
            return at;
        }
        int whole = 3 + (((bytes[1] & 0x0F) << 8) | (bytes[2] & 0xFF));
        if (whole > MAX_SECTION || whole < 12) {
            drop();
            target.bad();
            return to;
        }
        int more = Math.min(whole - length, to - at);
        buf.getBytes(at, bytes, length, more);
        length += more;
        if (length == whole) {
            length = 0;
            complete(whole, target);
        }
        return at + more;
    }

    private void complete(int whole, Target target) {
        if (Arrays.equals(bytes, 0, whole, last, 0, last.length)) {
            return;
        }
        if (Crc32Mpeg.of(bytes, 0, whole) != 0) {
            target.bad();
            return;
        }
        last = Arrays.copyOf(bytes, whole);
        target.section(last);
    }
}

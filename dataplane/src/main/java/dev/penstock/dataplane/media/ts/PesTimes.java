package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.time.TsTime;

/** Shifts times in place: PCR and OPCR of an adaptation field, PTS, DTS and ESCR of a PES header. */
final class PesTimes {
    /** No PES header with a time within the packet. */
    static final long NONE = -1;
    /** A PES header whose times do not lie within its first packet, or are damaged. */
    static final long BROKEN = -2;

    private PesTimes() {}

    /**
     * Shifts PCR and OPCR.
     *
     * @param at start of a packet
     * @param shift 90 kHz ticks
     * @return the PCR after the shift, 27 MHz, or -1 when there is none
     */
    static long shiftPcr(ByteBuf buf, int at, long shift) {
        if (!TsPacket.hasAdaptation(buf, at)) {
            return -1;
        }
        int length = buf.getUnsignedByte(at + 4);
        if (length < 7 || length > 183) {
            return -1;
        }
        int flags = buf.getUnsignedByte(at + 5);
        boolean pcr = (flags & 0x10) != 0;
        int field = at + 6;
        long result = pcr ? shiftClock(buf, field, shift) : -1;
        field += pcr ? 6 : 0;
        if ((flags & 0x08) != 0 && field + 6 <= at + 5 + length) {
            shiftClock(buf, field, shift);
        }
        return result;
    }

    private static long shiftClock(ByteBuf buf, int field, long shift) {
        int low = buf.getUnsignedShort(field + 4);
        long base = TsTime.add90k(buf.getUnsignedInt(field) << 1 | low >> 15, shift);
        buf.setInt(field, (int) (base >> 1));
        buf.setShort(field + 4, (int) (base & 1) << 15 | (low & 0x7FFF));
        return base * 300 + Math.min(low & 0x1FF, 299);
    }

    /** PTS of the PES packet that starts in a packet, or {@link #NONE}. */
    static long presentationTime(ByteBuf buf, int at) {
        int pes = at + TsPacket.payloadOffset(buf, at);
        int flags = flags(buf, pes, at + TsPacket.SIZE);
        return flags < 0 || (flags & 0x80) == 0 ? NONE : time(buf, pes + 9);
    }

    /** DTS of the PES packet that starts in a packet, or its PTS; {@link #NONE} or {@link #BROKEN}. */
    static long decodingTime(ByteBuf buf, int at) {
        int pes = at + TsPacket.payloadOffset(buf, at);
        int flags = flags(buf, pes, at + TsPacket.SIZE);
        if (flags < 0 || (flags & 0x80) == 0) {
            return flags == BROKEN ? BROKEN : NONE;
        }
        return time(buf, pes + ((flags & 0x40) != 0 ? 14 : 9));
    }

    /** Shifts PTS, DTS and ESCR of the PES packet that starts in a packet and whose {@link #decodingTime} is not broken. */
    static void shift(ByteBuf buf, int at, long shift) {
        int pes = at + TsPacket.payloadOffset(buf, at);
        int flags = flags(buf, pes, at + TsPacket.SIZE);
        if (flags < 0) {
            return;
        }
        int field = pes + 9;
        if ((flags & 0x80) != 0) {
            shiftTime(buf, field, shift);
            field += 5;
        }
        if ((flags & 0xC0) == 0xC0) {
            shiftTime(buf, field, shift);
            field += 5;
        }
        if ((flags & 0x20) != 0) {
            shiftEscr(buf, field, shift);
        }
    }

    /** Second byte of the flags; NONE for a PES packet without them, BROKEN when the times do not fit the packet. */
    private static int flags(ByteBuf buf, int pes, int end) {
        if (pes + 9 > end || buf.getUnsignedMedium(pes) != 1) {
            return (int) BROKEN;
        }
        if (!PesHeader.hasFields(buf.getUnsignedByte(pes + 3))) {
            return (int) NONE;
        }
        int flags = buf.getUnsignedByte(pes + 7);
        int times = ((flags & 0x80) != 0 ? 5 : 0) + ((flags & 0xC0) == 0xC0 ? 5 : 0) + ((flags & 0x20) != 0 ? 6 : 0);
        boolean fits = times <= buf.getUnsignedByte(pes + 8) && pes + 9 + times <= end;
        return fits && (buf.getByte(pes + 6) & 0xC0) == 0x80 ? flags : (int) BROKEN;
    }

    private static long time(ByteBuf buf, int field) {
        return (long) (buf.getByte(field) & 0x0E) << 29 | (buf.getUnsignedShort(field + 1) & 0xFFFE) << 14
                | buf.getUnsignedShort(field + 3) >> 1;
    }

    private static void shiftTime(ByteBuf buf, int field, long shift) {
        long time = TsTime.add90k(time(buf, field), shift);
        buf.setByte(field, (buf.getByte(field) & 0xF1) | (int) (time >> 29 & 0x0E));
        buf.setShort(field + 1, (int) (time >> 14 & 0xFFFE) | 1);
        buf.setShort(field + 3, (int) (time << 1 & 0xFFFE) | 1);
    }

    private static void shiftEscr(ByteBuf buf, int field, long shift) {
        long bits = (long) buf.getUnsignedShort(field) << 32 | buf.getUnsignedInt(field + 2);
        long base = (bits >> 43 & 7) << 30 | (bits >> 27 & 0x7FFF) << 15 | (bits >> 11 & 0x7FFF);
        long moved = TsTime.add90k(base, shift);
        long kept = bits & ~(7L << 43 | 0x7FFFL << 27 | 0x7FFFL << 11);
        long out = kept | (moved >> 30 & 7) << 43 | (moved >> 15 & 0x7FFF) << 27 | (moved & 0x7FFF) << 11;
        buf.setShort(field, (int) (out >> 32));
        buf.setInt(field + 2, (int) out);
    }
}

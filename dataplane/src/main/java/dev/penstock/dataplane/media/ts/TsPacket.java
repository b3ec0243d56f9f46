package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

/** Reads the fixed fields of one transport packet in a buffer (ISO/IEC 13818-1 2.4.3.2). */
public final class TsPacket {
    /** Bytes of a transport packet. */
    public static final int SIZE = 188;
    /** First byte of every packet. */
    public static final int SYNC = 0x47;
    /** PID of null packets. */
    public static final int NULL_PID = 0x1FFF;

    private TsPacket() {}

    /** Packet identifier, 13 bits. */
    public static int pid(ByteBuf buf, int at) {
        return buf.getUnsignedShort(at + 1) & 0x1FFF;
    }

    /** True when a PES packet or a section starts in this packet's payload. */
    public static boolean payloadUnitStart(ByteBuf buf, int at) {
        return (buf.getByte(at + 1) & 0x40) != 0;
    }

    /** True when the sender marked the packet as damaged. */
    public static boolean transportError(ByteBuf buf, int at) {
        return (buf.getByte(at + 1) & 0x80) != 0;
    }

    /** transport_scrambling_control, 0 when the payload is in the clear. */
    public static int scrambling(ByteBuf buf, int at) {
        return (buf.getByte(at + 3) >> 6) & 3;
    }

    /** Continuity counter, 4 bits. */
    public static int continuityCounter(ByteBuf buf, int at) {
        return buf.getByte(at + 3) & 0x0F;
    }

    /** True when the packet carries payload. */
    public static boolean hasPayload(ByteBuf buf, int at) {
        return (buf.getByte(at + 3) & 0x10) != 0;
    }

    /** True when the packet carries an adaptation field. */
    public static boolean hasAdaptation(ByteBuf buf, int at) {
        return (buf.getByte(at + 3) & 0x20) != 0;
    }

    /**
     * Offset of the first payload byte from the packet's start: 4 to 188; 188 when there is no payload or the
     * adaptation field's length is impossible.
     */
    public static int payloadOffset(ByteBuf buf, int at) {
        if (!hasPayload(buf, at)) {
            return SIZE;
        }
        if (!hasAdaptation(buf, at)) {
            return 4;
        }
        return Math.min(SIZE, 5 + buf.getUnsignedByte(at + 4));
    }
}

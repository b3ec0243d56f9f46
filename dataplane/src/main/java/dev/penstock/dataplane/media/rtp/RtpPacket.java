package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;

/** Reads RTP packets (RFC 3550 5.1) where they lie: nothing is copied, nothing is made. */
public final class RtpPacket {
    private static final int FIXED = 12;

    private RtpPacket() {}

    /** Index of the payload, behind the list of sources and the extension; -1 when it is not an RTP packet. */
    public static int payload(ByteBuf buf, int at, int end) {
        if (end - at < FIXED || (buf.getByte(at) & 0xC0) != 0x80) {
            return -1;
        }
        int payload = at + FIXED + 4 * (buf.getByte(at) & 0x0F);
        if ((buf.getByte(at) & 0x10) != 0) {
            if (payload + 4 > end) {
                return -1;
            }
            payload += 4 + 4 * buf.getUnsignedShort(payload + 2);
        }
        return payload <= end ? payload : -1;
    }

    /** Index behind the payload, without padding; less than the payload's index when the packet is damaged. */
    public static int payloadEnd(ByteBuf buf, int at, int end) {
        boolean padded = (buf.getByte(at) & 0x20) != 0;
        return padded ? end - buf.getUnsignedByte(end - 1) : end;
    }

    /** Whether the marker bit is set. */
    public static boolean marker(ByteBuf buf, int at) {
        return (buf.getByte(at + 1) & 0x80) != 0;
    }

    /** Payload type, 0 to 127. */
    public static int type(ByteBuf buf, int at) {
        return buf.getByte(at + 1) & 0x7F;
    }

    /** Sequence number, 16 bits. */
    public static int sequence(ByteBuf buf, int at) {
        return buf.getUnsignedShort(at + 2);
    }

    /** Timestamp, 32 bits. */
    public static int timestamp(ByteBuf buf, int at) {
        return buf.getInt(at + 4);
    }

    /** Synchronization source. */
    public static int source(ByteBuf buf, int at) {
        return buf.getInt(at + 8);
    }
}

package dev.penstock.dataplane.ingest.udp;

import io.netty.buffer.ByteBuf;

/** Tells RTP (RFC 3550, payload as in RFC 2250) from bare transport packets. */
final class RtpHeader {
    private static final int FIXED = 12;
    private static final int SYNC = 0x47;

    private RtpHeader() {}

    /** Bytes to skip at the start of a datagram: the RTP header when there is one and a transport packet follows, else 0. */
    static int length(ByteBuf datagram) {
        int at = datagram.readerIndex();
        int bytes = datagram.readableBytes();
        if (bytes <= FIXED || (datagram.getByte(at) & 0xC0) != 0x80) {
            return 0;
        }
        int length = FIXED + 4 * (datagram.getByte(at) & 0x0F);
        if ((datagram.getByte(at) & 0x10) != 0) {
            if (length + 4 > bytes) {
                return 0;
            }
            length += 4 + 4 * datagram.getUnsignedShort(at + length + 2);
        }
        return length < bytes && datagram.getByte(at + length) == SYNC ? length : 0;
    }
}

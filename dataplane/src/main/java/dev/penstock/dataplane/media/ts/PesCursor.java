package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Reads the bytes of one PES packet from its transport packets, as far as they are in one buffer and in the clear, and not
 * further than a bound. Reused for every PES packet. Not thread-safe: one owner.
 */
final class PesCursor {
    /** How far to look for the next packet of the PID, and how many bytes to read. */
    private static final int MAX_PACKETS = 256;
    private static final int MAX_BYTES = 16 * 1024;

    private ByteBuf buf = Unpooled.EMPTY_BUFFER;
    private int limit;
    private int pid;
    private int packet;
    private int at;
    private int left;
    private int packetsLeft;

    /**
     * Starts at a PES packet.
     *
     * @param source read by absolute index; not kept beyond the reading of this PES packet
     * @param start where the first transport packet starts
     * @param end end of the last whole packet in the buffer
     */
    void start(ByteBuf source, int start, int end) {
        buf = source;
        limit = end;
        pid = TsPacket.pid(source, start);
        packet = start;
        at = start + TsPacket.payloadOffset(source, start);
        left = MAX_BYTES;
        packetsLeft = MAX_PACKETS;
    }

    /** Lets go of the buffer. */
    void finish() {
        buf = Unpooled.EMPTY_BUFFER;
    }

    /** The next byte, 0 to 255, or -1 when there is none in this buffer within the bound. */
    int read() {
        if (left == 0) {
            return -1;
        }
        while (at >= packet + TsPacket.SIZE) {
            if (!next()) {
                left = 0;
                return -1;
            }
        }
        left--;
        return buf.getUnsignedByte(at++);
    }

    /** Goes to the next packet of the PES packet; false when there is none. */
    private boolean next() {
        int candidate = packet + TsPacket.SIZE;
        while (candidate < limit && packetsLeft-- > 0) {
            int header = buf.getInt(candidate);
            if (((header >> 8) & 0x1FFF) == pid && (header & 0x10) != 0) {
                int step = (header - buf.getInt(packet)) & 0x0F;
                if (step != 0) {
                    packet = candidate;
                    at = candidate + TsPacket.payloadOffset(buf, candidate);
                    return step == 1 && header >>> 24 == TsPacket.SYNC && (header & 0x00C0_00C0) == 0;
                }
            }
            candidate += TsPacket.SIZE;
        }
        return false;
    }
}

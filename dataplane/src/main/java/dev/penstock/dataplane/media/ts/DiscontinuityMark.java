package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

/**
 * Writes packets without payload whose discontinuity_indicator announces that a PID's continuity counter jumps (ISO/IEC 13818-1
 * 2.4.3.5).
 */
public final class DiscontinuityMark {
    private static final int ADAPTATION_ONLY = 0x20;
    private static final int DISCONTINUITY = 0x80;

    private DiscontinuityMark() {}

    /**
     * Appends one packet.
     *
     * @param out gets {@link TsPacket#SIZE} bytes
     * @param pid the PID
     * @param counter counter of the PID's packet before the one that follows; only its lowest 4 bits count
     */
    public static void write(ByteBuf out, int pid, int counter) {
        out.writeByte(TsPacket.SYNC);
        out.writeShort(pid);
        out.writeByte(ADAPTATION_ONLY | (counter & 0x0F));
        out.writeByte(TsPacket.SIZE - 5);
        out.writeByte(DISCONTINUITY);
        for (int i = 6; i < TsPacket.SIZE; i++) {
            out.writeByte(0xFF);
        }
    }
}

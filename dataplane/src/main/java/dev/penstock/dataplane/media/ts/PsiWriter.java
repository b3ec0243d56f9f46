package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

/** Puts sections into transport packets (ISO/IEC 13818-1 2.4.4.2): one section from the start of a packet, stuffed to its end. */
public final class PsiWriter {
    private static final int HEADER = 4;
    private static final int PAYLOAD = TsPacket.SIZE - HEADER;

    private PsiWriter() {}

    /** How many packets a section takes. */
    public static int packets(byte[] section) {
        return (1 + section.length + PAYLOAD - 1) / PAYLOAD;
    }

    /**
     * Writes a section.
     *
     * @param out gets {@link #packets} whole packets at its writer index
     * @param pid PID of the packets
     * @param section from table_id to CRC-32
     * @param counter continuity counter of the first packet; only the lower 4 bits count
     * @return the counter for the next packet of this PID, 0 to 15
     */
    public static int write(ByteBuf out, int pid, byte[] section, int counter) {
        int next = counter & 0x0F;
        int at = 0;
        while (at < section.length) {
            boolean first = at == 0;
            out.writeByte(TsPacket.SYNC);
            out.writeShort((first ? 0x4000 : 0) | pid);
            out.writeByte(0x10 | next);
            int room = PAYLOAD;
            if (first) {
                out.writeByte(0);
                room--;
            }
            int bytes = Math.min(room, section.length - at);
            out.writeBytes(section, at, bytes);
            for (int i = bytes; i < room; i++) {
                out.writeByte(0xFF);
            }
            at += bytes;
            next = (next + 1) & 0x0F;
        }
        return next;
    }

    /** Writes PAT and PMT, each with its counter for the first packet. */
    public static void write(ByteBuf out, Psi psi, int patCounter, int pmtCounter) {
        write(out, 0, psi.patSection(), patCounter);
        write(out, psi.pmtPid(), psi.pmtSection(), pmtCounter);
    }
}

package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.time.TsTime;

/** Puts the PES packets of one PID into transport packets (ISO/IEC 13818-1 2.4.3). One owner: the muxer's thread. */
final class PesPackets {
    private static final int PAYLOAD = TsPacket.SIZE - 4;
    private static final int PCR_BYTES = 6;
    /** No PCR. */
    static final long NO_PCR = Long.MIN_VALUE;

    private final int pid;
    private int counter;

    PesPackets(int pid) {
        this.pid = pid;
    }

    /** Most bytes that a PES packet of a length takes. */
    static int bytes(int length) {
        return ((length + PCR_BYTES + 2 + PAYLOAD - 1) / PAYLOAD + 1) * TsPacket.SIZE;
    }

    /**
     * Writes a PES packet.
     *
     * @param out where packets go
     * @param randomAccess random_access_indicator
     * @param pcr90k program clock reference, ticks of 90 kHz of any size, or {@link #NO_PCR}
     * @param head first bytes: PES header and what stands before the body; read up to its writer index
     * @param body the rest, from its reader index to its writer index, which stay
     */
    void write(ByteBuf out, boolean randomAccess, long pcr90k, ByteBuf head, ByteBuf body) {
        int headAt = head.readerIndex();
        int bodyAt = body.readerIndex();
        int left = head.readableBytes() + body.readableBytes();
        boolean hasPcr = pcr90k != NO_PCR;
        int flags = (randomAccess ? 0x40 : 0) | (hasPcr ? 0x10 : 0);
        int start = 0x0040_0000;
        out.ensureWritable(bytes(left));
        while (left > 0) {
            int field = flags == 0 ? 0 : 2 + (hasPcr ? PCR_BYTES : 0);
            int take = Math.min(PAYLOAD - field, left);
            int adaptation = PAYLOAD - take;
            out.writeInt(TsPacket.SYNC << 24 | start | pid << 8 | (adaptation > 0 ? 0x30 : 0x10) | counter);
            counter = (counter + 1) & 0x0F;
            if (adaptation > 0) {
                adaptation(out, adaptation, flags, pcr90k);
            }
            int ofHead = Math.min(take, head.writerIndex() - headAt);
            out.writeBytes(head, headAt, ofHead);
            out.writeBytes(body, bodyAt, take - ofHead);
            headAt += ofHead;
            bodyAt += take - ofHead;
            left -= take;
            flags = 0;
            hasPcr = false;
            start = 0;
        }
    }

    /** Writes a packet that carries a PCR and nothing else; its continuity counter is that of the packet before. */
    void writePcr(ByteBuf out, long pcr90k) {
        out.writeInt(TsPacket.SYNC << 24 | pid << 8 | 0x20 | ((counter - 1) & 0x0F));
        adaptation(out, PAYLOAD, 0x10, pcr90k);
    }

    /** Writes an adaptation field of so many bytes, its length included. */
    private static void adaptation(ByteBuf out, int bytes, int flags, long pcr90k) {
        out.writeByte(bytes - 1);
        if (bytes == 1) {
            return;
        }
        out.writeByte(flags);
        int stuffing = bytes - 2;
        if ((flags & 0x10) != 0) {
            long base = TsTime.add90k(0, pcr90k);
            out.writeInt((int) (base >> 1));
            out.writeShort((int) (base & 1) << 15 | 0x7E00);
            stuffing -= PCR_BYTES;
        }
        for (; stuffing >= 8; stuffing -= 8) {
            out.writeLong(-1);
        }
        for (; stuffing > 0; stuffing--) {
            out.writeByte(0xFF);
        }
    }

    /**
     * Writes a PES header (ISO/IEC 13818-1 2.4.3.7).
     *
     * @param payload bytes behind the header; 0 is written where they do not fit, as video may
     * @param pts90k ticks of any size
     * @param dts90k ticks of any size; left out when equal
     */
    static void header(ByteBuf out, int streamId, long payload, long pts90k, long dts90k) {
        boolean both = pts90k != dts90k;
        long length = payload + (both ? 13 : 8);
        out.writeInt(0x100 | streamId);
        out.writeShort(length > 0xFFFF ? 0 : (int) length);
        out.writeByte(0x84);
        out.writeByte(both ? 0xC0 : 0x80);
        out.writeByte(both ? 10 : 5);
        time(out, both ? 3 : 2, pts90k);
        if (both) {
            time(out, 1, dts90k);
        }
    }

    private static void time(ByteBuf out, int prefix, long ticks) {
        long t = TsTime.add90k(0, ticks);
        out.writeByte((int) (prefix << 4 | (t >> 29 & 0x0E) | 1));
        out.writeShort((int) (t >> 14 | 1));
        out.writeShort((int) (t << 1 | 1));
    }
}

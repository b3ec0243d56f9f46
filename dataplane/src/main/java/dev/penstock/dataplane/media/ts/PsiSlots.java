package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes tables into the places where a source had its own. A PMT that is longer than the source's takes several of its places.
 * One owner: the rewriter's thread.
 */
final class PsiSlots {
    private final byte[] counters;
    private int pmtPid;
    private ByteBuf pat = Unpooled.EMPTY_BUFFER;
    private ByteBuf pmt = Unpooled.EMPTY_BUFFER;
    private int pmtNext;

    /**
     * @param counters last continuity counter that went out, by PID; shared with the rewriter
     */
    PsiSlots(byte[] counters) {
        this.counters = counters;
    }

    /** Takes the tables to write from now on. */
    void tables(Psi psi) {
        pmtPid = psi.pmtPid();
        pat = Unpooled.buffer();
        PsiWriter.write(pat, 0, psi.patSection(), 0);
        pmt = Unpooled.buffer();
        PsiWriter.write(pmt, pmtPid, psi.pmtSection(), 0);
        pmtNext = 0;
    }

    /** Bytes of one PAT and one PMT. */
    int bytes() {
        return pat.readableBytes() + pmt.readableBytes();
    }

    /** Writes one PAT and one PMT. */
    void writeAll(ByteBuf out) {
        for (int at = 0; at < pat.readableBytes(); at += TsPacket.SIZE) {
            count(out.writeBytes(pat, at, TsPacket.SIZE), out.writerIndex() - TsPacket.SIZE, 0);
        }
        for (int at = 0; at < pmt.readableBytes(); at += TsPacket.SIZE) {
            count(out.writeBytes(pmt, at, TsPacket.SIZE), out.writerIndex() - TsPacket.SIZE, pmtPid);
        }
        pmtNext = 0;
    }

    /** Overwrites a packet of the source's PAT; false when there is nothing to write. */
    boolean pat(ByteBuf buf, int at, boolean unitStart) {
        if (!unitStart) {
            return false;
        }
        buf.setBytes(at, pat, 0, TsPacket.SIZE);
        count(buf, at, 0);
        return true;
    }

    /** Overwrites a packet of the source's PMT; false when there is nothing to write. */
    boolean pmt(ByteBuf buf, int at, boolean unitStart) {
        if (pmtNext == 0 && !unitStart) {
            return false;
        }
        buf.setBytes(at, pmt, pmtNext, TsPacket.SIZE);
        count(buf, at, pmtPid);
        pmtNext = (pmtNext + TsPacket.SIZE) % pmt.readableBytes();
        return true;
    }

    private void count(ByteBuf buf, int at, int pid) {
        counters[pid] = (byte) ((counters[pid] + 1) & 0x0F);
        buf.setByte(at + 3, 0x10 | counters[pid]);
    }
}

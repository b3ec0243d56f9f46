package dev.penstock.dataplane.ingest.push;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * Lets the continuity counters run on from one segment to the next (ISO/IEC 13818-1 2.4.3.3): encoders that write each segment as a
 * file of its own begin them anew. What is lost within a segment stays visible. One thread.
 */
final class CounterMender {
    private static final int PIDS = 0x2000;

    private final byte[] last = new byte[PIDS];
    private final byte[] offset = new byte[PIDS];
    private final int[] seenIn = new int[PIDS];
    private int segment;

    /** Mends a segment in place, as far as its packets are in line. */
    void mend(ByteBuf body) {
        segment++;
        for (int at = body.readerIndex(); at + TsPacket.SIZE <= body.writerIndex(); at += TsPacket.SIZE) {
            int header = body.getInt(at);
            if (header >>> 24 != TsPacket.SYNC) {
                return;
            }
            int pid = header >> 8 & 0x1FFF;
            if (pid != TsPacket.NULL_PID) {
                body.setByte(at + 3, (header & 0xF0) | counter(pid, header & 0x0F, (header & 0x10) != 0));
            }
        }
    }

    private int counter(int pid, int counter, boolean payload) {
        if (seenIn[pid] != segment) {
            boolean known = seenIn[pid] > 0;
            seenIn[pid] = segment;
            offset[pid] = (byte) (known ? last[pid] + (payload ? 1 : 0) - counter & 0x0F : 0);
        }
        int mended = counter + offset[pid] & 0x0F;
        last[pid] = (byte) mended;
        return mended;
    }
}

package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * A short clip that is played again and again as one endless transport stream: times go on from pass to pass, and so do continuity
 * counters. Mutable, one owner; the clip's bytes may be shared.
 */
public final class TsLoop {
    private final byte[] clip;
    private final long ticks;
    /** Per packet, when it is due: 90 kHz ticks from the start of a pass. */
    private final int[] due;
    private final byte[] counters = new byte[0x2000];
    private long pass;
    private int packet;

    /**
     * @param clip whole packets, with a PCR; not changed by anybody
     * @param ticks duration of a pass, 90 kHz
     * @throws IllegalArgumentException when it is not such a clip
     */
    public TsLoop(byte[] clip, long ticks) {
        if (clip.length == 0 || clip.length % TsPacket.SIZE != 0 || ticks <= 0) {
            throw new IllegalArgumentException("clip of " + clip.length + " bytes, " + ticks
                    + " ticks (expected: whole packets, a duration)");
        }
        this.clip = clip;
        this.ticks = ticks;
        this.due = due(clip, ticks);
    }

    private static int[] due(byte[] clip, long ticks) {
        ByteBuf in = Unpooled.wrappedBuffer(clip);
        int[] due = new int[clip.length / TsPacket.SIZE];
        long first = -1;
        long last = 0;
        for (int i = 0; i < due.length; i++) {
            int at = i * TsPacket.SIZE;
            if (in.getByte(at) != TsPacket.SYNC) {
                throw new IllegalArgumentException("packet " + i + " of a clip (expected: 0x47 first)");
            }
            long pcr = PesTimes.shiftPcr(in.slice(at, TsPacket.SIZE).copy(), 0, 0);
            if (pcr >= 0) {
                first = first < 0 ? pcr : first;
                last = Math.max(last, TsTime.diff27M(first, pcr) / 300);
            }
            due[i] = (int) Math.min(last, ticks - 1);
        }
        if (first < 0) {
            throw new IllegalArgumentException("clip without PCR");
        }
        return due;
    }

    /**
     * The packets that are due.
     *
     * @param until 90 kHz ticks since the first packet of the first pass
     * @return at most {@link TsSynchronizer#MAX_OUTPUT} bytes, which the caller owns; empty when nothing more is due
     */
    public ByteBuf next(long until, ByteBufAllocator allocator) {
        int from = packet;
        int most = TsSynchronizer.MAX_OUTPUT / TsPacket.SIZE;
        while (packet < due.length && packet - from < most && pass * ticks + due[packet] <= until) {
            packet++;
        }
        if (packet == from) {
            return Unpooled.EMPTY_BUFFER;
        }
        int bytes = (packet - from) * TsPacket.SIZE;
        ByteBuf out = allocator.buffer(bytes).writeBytes(clip, from * TsPacket.SIZE, bytes);
        for (int at = 0; at < bytes; at += TsPacket.SIZE) {
            adapt(out, at, pass * ticks);
        }
        if (packet == due.length) {
            packet = 0;
            pass++;
        }
        return out;
    }

    private void adapt(ByteBuf out, int at, long shift) {
        int pid = TsPacket.pid(out, at);
        boolean payload = TsPacket.hasPayload(out, at);
        if (payload && pid != TsPacket.NULL_PID) {
            counters[pid] = (byte) ((counters[pid] + 1) & 0x0F);
        }
        out.setByte(at + 3, (out.getByte(at + 3) & 0xF0) | counters[pid]);
        PesTimes.shiftPcr(out, at, shift);
        boolean media = payload && TsPacket.payloadUnitStart(out, at) && startsPes(out, at);
        if (media && PesTimes.decodingTime(out, at) >= 0) {
            PesTimes.shift(out, at, shift);
        }
    }

    private static boolean startsPes(ByteBuf out, int at) {
        int payload = TsPacket.payloadOffset(out, at);
        return payload + 9 <= TsPacket.SIZE && out.getUnsignedMedium(at + payload) == 1;
    }
}

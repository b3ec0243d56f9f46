package dev.penstock.dataplane.ingest.input;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.time.TsTime;
import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * Says when packets are due by their PCR, so that a file plays at the speed of its clock, {@link #LEAD_NANOS} ahead. Pure; one
 * owner.
 */
final class PcrPacer {
    /** How far packets run ahead of the clock: what arrives at once at the start. */
    static final long LEAD_NANOS = 200_000_000;

    /** A PCR step longer than this, or backwards, is a break: the clock goes on as if it had not been. */
    private static final long MAX_STEP_27M = 2L * TsTime.HZ_27M;
    private static final long TICKS_MASK = (1L << 33) - 1;
    /** Time from the last PCR before a break to the first one after it. */
    private static final long BREAK_NANOS = 40_000_000;

    private final long maxBehindNanos;
    private int pcrPid = -1;
    private long lastPcr;
    private long due;
    private boolean broken;
    private int presentPid;
    private int permille = 1000;
    private long latestTicks = Long.MIN_VALUE;

    /**
     * @param maxBehindNanos behind by more than this: no hurry to catch up, the clock starts anew
     */
    PcrPacer(long maxBehindNanos) {
        this.maxBehindNanos = maxBehindNanos;
    }

    /** How fast to play: 1000 as the clock says, 1050 a little faster. */
    void speed(int permille) {
        this.permille = permille;
    }

    /** True once a PCR was seen. */
    boolean hasClock() {
        return pcrPid >= 0;
    }

    /** When the packet that {@link #readable} stopped at is due, nanoseconds of the caller's clock. */
    long dueNanos() {
        return due - LEAD_NANOS;
    }

    /** The file starts again: the next PCR is a break, the PID may be another. */
    void restart() {
        broken = hasClock();
        pcrPid = -1;
        latestTicks = Long.MIN_VALUE;
    }

    /**
     * How much may go out now.
     *
     * @param packets aligned packets
     * @return bytes from the reader index, whole packets
     */
    int readable(ByteBuf packets, long nowNanos) {
        int from = packets.readerIndex();
        for (int at = from; at < packets.writerIndex(); at += TsPacket.SIZE) {
            long pcr = pcr(packets, at);
            if (pcr >= 0) {
                advance(pcr, nowNanos);
                if (dueNanos() > nowNanos) {
                    return at - from;
                }
            }
        }
        return packets.readableBytes();
    }

    /**
     * Whether an access unit may go now, when it is access units that are paced.
     *
     * @param ticks its decoding time, 90 kHz; one that is no later than those before is due with them
     */
    boolean isDue(long ticks, long nowNanos) {
        if (!hasClock() || ticks > latestTicks) {
            latestTicks = ticks;
            presentPid = 0;
            advance((ticks & TICKS_MASK) * 300, nowNanos);
        }
        return dueNanos() <= nowNanos;
    }

    private void advance(long pcr, long nowNanos) {
        if (pcrPid < 0 && !broken) {
            due = nowNanos;
        } else if (pcr != lastPcr || broken) {
            long step = TsTime.diff27M(lastPcr, pcr);
            boolean jump = broken || step < 0 || step > MAX_STEP_27M;
            due += jump ? BREAK_NANOS : step * 1_000_000 / (27L * permille);
        }
        broken = false;
        lastPcr = pcr;
        if (pcrPid < 0) {
            pcrPid = presentPid;
        }
        if (nowNanos - due > maxBehindNanos) {
            due = nowNanos;
        }
    }

    /** The PCR of a packet of the PID followed, or of the first PID that has one; -1 when there is none. */
    private long pcr(ByteBuf buf, int at) {
        if (!TsPacket.hasAdaptation(buf, at) || buf.getUnsignedByte(at + 4) < 7 || (buf.getByte(at + 5) & 0x10) == 0) {
            return -1;
        }
        presentPid = TsPacket.pid(buf, at);
        if (pcrPid >= 0 && presentPid != pcrPid) {
            return -1;
        }
        long base = buf.getUnsignedInt(at + 6) << 1 | buf.getUnsignedByte(at + 10) >> 7;
        return base * 300 + Math.min(299, buf.getUnsignedShort(at + 10) & 0x1FF);
    }
}

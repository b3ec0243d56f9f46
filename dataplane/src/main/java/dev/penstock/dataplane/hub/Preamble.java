package dev.penstock.dataplane.hub;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.ts.DiscontinuityMark;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * What stands before the first chunk of a viewer: PAT and PMT with counters that fit to those in the chunks. After packets
 * were left out, also a packet without payload per PID whose discontinuity_indicator announces the jump of its counter
 * (ISO/IEC 13818-1 2.4.3.5).
 */
public final class Preamble {
    private Preamble() {}

    /**
     * Makes the preamble of a key chunk.
     *
     * @param key the chunk that follows
     * @param skipped whether packets were left out before it
     * @param allocator where the result is allocated; the caller owns it
     */
    public static ByteBuf of(Chunk key, boolean skipped, ByteBufAllocator allocator) {
        Psi psi = Objects.requireNonNull(key.psi(), "a key chunk has tables");
        int patCounter = firstCounter(key.continuity().last(0), psi.patSection());
        int pmtCounter = firstCounter(key.continuity().last(psi.pmtPid()), psi.pmtSection());
        ByteBuf out = allocator.directBuffer(8 * TsPacket.SIZE);
        if (skipped) {
            DiscontinuityMark.write(out, 0, patCounter - 1);
            DiscontinuityMark.write(out, psi.pmtPid(), pmtCounter - 1);
            Set<Integer> pids = new LinkedHashSet<>();
            pids.add(psi.pcrPid());
            psi.streams().forEach(es -> pids.add(es.pid()));
            for (int pid : pids) {
                if (key.continuity().last(pid) >= 0) {
                    DiscontinuityMark.write(out, pid, key.continuity().last(pid));
                }
            }
        }
        PsiWriter.write(out, psi, patCounter, pmtCounter);
        return out;
    }

    /** The counter to start with so that the section's last packet has the one that was last in the stream. */
    private static int firstCounter(int last, byte[] section) {
        return (Math.max(last, 0) - PsiWriter.packets(section) + 1) & 0x0F;
    }
}

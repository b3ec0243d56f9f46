package dev.penstock.dataplane.hub;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsPacket;

/** The last continuity counter of every PID of one stream. One thread. */
final class PacketCounters {
    private static final int PIDS = 8192;

    private final byte[] last = new byte[PIDS];

    PacketCounters() {
        Arrays.fill(last, (byte) -1);
    }

    /** Notes the packet at {@code at} and returns its PID. */
    int note(ByteBuf buf, int at) {
        int pid = TsPacket.pid(buf, at);
        last[pid] = (byte) TsPacket.continuityCounter(buf, at);
        return pid;
    }

    /** The counters of a program's tables and streams. */
    Continuity of(Psi psi) {
        int[] pids = new int[3 + psi.streams().size()];
        pids[1] = psi.pmtPid();
        pids[2] = psi.pcrPid();
        for (int i = 0; i < psi.streams().size(); i++) {
            pids[3 + i] = psi.streams().get(i).pid();
        }
        byte[] counters = new byte[pids.length];
        for (int i = 0; i < pids.length; i++) {
            counters[i] = last[pids[i]];
        }
        return new Continuity(pids, counters);
    }
}

package dev.penstock.dataplane.ingest.push;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.media.ts.TsParser;

/** Looks for the first key access unit of a transport stream; keeps its tables, and no media. One thread. */
final class KeyFrameFinder implements TsEvents {
    /** Video without anything that looks like a key access unit is joined after this many access units. */
    private static final int MOST_WITHOUT_KEY = 300;

    private final TsParser parser = new TsParser(this);
    private @Nullable Psi psi;
    private int found = -1;
    private int leading;

    /**
     * Looks at packets, and leaves them as they are.
     *
     * @return offset of the packet in which the key access unit begins, from the reader index; -1 when there is none
     */
    int find(ByteBuf packets) {
        found = -1;
        parser.parse(packets);
        return found;
    }

    /** The tables that belong before it; the caller owns them. */
    ByteBuf tables(ByteBufAllocator allocator) {
        Psi now = psi;
        if (now == null) {
            return allocator.buffer(0);
        }
        int packets = PsiWriter.packets(now.patSection()) + PsiWriter.packets(now.pmtSection());
        ByteBuf out = allocator.buffer(packets * TsPacket.SIZE);
        PsiWriter.write(out, now, 0, 0);
        return out;
    }

    @Override
    public void program(Psi now) {
        psi = now;
    }

    @Override
    public void pes(int offset, PesStart pes) {
        Psi now = psi;
        if (now == null || found >= 0 || (now.leadPid() >= 0 && pes.pid() != now.leadPid())) {
            return;
        }
        leading++;
        if (pes.randomAccess() || leading > MOST_WITHOUT_KEY) {
            found = offset;
        }
    }

    @Override
    public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

    @Override
    public void fault(int offset, TsFault kind) {}
}

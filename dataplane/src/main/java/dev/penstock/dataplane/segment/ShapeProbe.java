package dev.penstock.dataplane.segment;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.media.ts.TsShapeProbe;

/**
 * Finds out what a stream carries from its chunks, anew after each discontinuity and change of its streams. One thread; what it has
 * found is read by any.
 */
public final class ShapeProbe implements ChunkListener {
    private final TsShapeProbe probe = new TsShapeProbe();
    private List<Psi.EsInfo> streams = List.of();
    private volatile StreamShape shape = StreamShape.UNKNOWN;

    @Override
    public void chunk(Chunk chunk) {
        Psi psi = chunk.psi();
        if (psi == null) {
            return;
        }
        if (chunk.discontinuity() || !psi.streams().equals(streams)) {
            streams = psi.streams();
            probe.reset();
            tell(psi);
        } else if (probe.complete()) {
            return;
        }
        probe.parse(chunk.data());
        TsShapeProbe.Shape found = probe.shape();
        if (!found.codecs().isEmpty() || shape.codecs().isEmpty()) {
            shape = new StreamShape(found.codecs(), found.width(), found.height(), found.frameRate());
        }
    }

    /** What is known; while a new source is looked at, what was known of the one before. */
    public StreamShape shape() {
        return shape;
    }

    /** The stream's own tables may not come again before its first access unit. */
    private void tell(Psi psi) {
        int packets = PsiWriter.packets(psi.patSection()) + PsiWriter.packets(psi.pmtSection());
        ByteBuf tables = Unpooled.buffer(packets * TsPacket.SIZE);
        PsiWriter.write(tables, psi, 0, 0);
        probe.parse(tables);
    }
}

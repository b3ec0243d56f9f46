package dev.penstock.dataplane.segment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.media.time.Unroller;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * Cuts the chunks of a hub into segments: PAT and PMT, then a key access unit. A PES packet begun before a cut stays whole
 * in the earlier segment, so each segment decodes alone. Bytes are slices of chunks; only the tables are written anew, with
 * continuity counters that run through all segments, and the source's own tables are left out.
 *
 * <p>Owned by the hub's event loop: make it there, let it listen to the hub.
 */
public final class TsSegmenter implements ChunkListener {
    private static final Logger LOG = LoggerFactory.getLogger(TsSegmenter.class);
    /** Media time for which an ended segment waits for PES packets that were begun in it. */
    private static final long CLOSING_TICKS = 90_000;
    /** A segment that grows above this ends, whatever its duration. */
    private static final int MAX_BYTES = 96 << 20;

    private final ByteBufAllocator allocator;
    private final long stallMs;
    private final ShapeProbe shape = new ShapeProbe();
    private final CutPlanner planner;
    private final Sequences sequences;
    private final List<SegmentListener> listeners = new ArrayList<>();
    private final Unroller unroller = Unroller.of90k();
    private final PacketRouter router = new PacketRouter();
    private @Nullable Psi psi;
    private boolean discontinuityNext;
    private boolean anchored;
    private long anchorDts;
    private long anchorMs;
    private int patCounter;
    private int pmtCounter;
    private long leadlessSinceMs = -1;

    /**
     * @param config durations
     * @param allocator for the tables
     * @param start wall clock now
     */
    public TsSegmenter(SegmentConfig config, ByteBufAllocator allocator, Instant start) {
        this.allocator = allocator;
        this.stallMs = 3000L * config.targetSeconds();
        this.planner = new CutPlanner(config);
        this.sequences = new Sequences(start, -1, -1);
    }

    /** Adds a listener; it hears of every segment finished from now on. */
    public void listen(SegmentListener listener) {
        listeners.add(listener);
    }

    /** Removes a listener. */
    public void unlisten(SegmentListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void chunk(Chunk chunk) {
        if (chunk.discontinuity()) {
            interrupted();
        }
        psi = chunk.psi();
        if (psi == null) {
            return;
        }
        shape.chunk(chunk, psi);
        router.chunk(chunk);
        boolean leads = false;
        for (Chunk.Mark mark : chunk.marks()) {
            PesStart pes = mark.pes();
            if (pes.pid() != psi.leadPid()) {
                router.pes(pes.pid(), mark.offset());
            } else if (pes.dts() >= 0) {
                leads = true;
                lead(chunk, mark.offset(), pes);
            }
            emit();
        }
        router.to(chunk.bytes());
        bound(chunk, leads);
    }

    /** Ends the segment under way at what is there; the next one begins at a key access unit, after a discontinuity. */
    @Override
    public void interrupted() {
        OpenSegment current = router.current();
        if (current != null) {
            current.ends(planner.durationToLast());
            discontinuityNext = true;
        }
        router.interrupt();
        emit();
        unroller.reset();
        planner.reset();
        anchored = false;
    }

    @Override
    public void ended() {
        interrupted();
        for (SegmentListener listener : List.copyOf(listeners)) {
            listener.ended();
        }
    }

    /** Ends a segment that grows without access units of the lead PID, or beyond all measure. */
    private void bound(Chunk chunk, boolean leads) {
        if (leads || leadlessSinceMs < 0) {
            leadlessSinceMs = chunk.wallMs();
        }
        OpenSegment current = router.current();
        if (current != null && (current.bytes() > MAX_BYTES || chunk.wallMs() - leadlessSinceMs > stallMs)) {
            interrupted();
        }
    }

    /** An access unit of the lead PID starts at an offset of a chunk. */
    private void lead(Chunk chunk, int offset, PesStart pes) {
        long dts = unroller.unroll(pes.dts());
        boolean key = pes.randomAccess();
        OpenSegment current = router.current();
        if (current != null) {
            if (router.closing() && dts - current.start().dtsTicks() > CLOSING_TICKS) {
                router.to(offset);
                router.giveUpWaiting();
            }
            switch (planner.decide(dts, key)) {
                case CONTINUE -> {
                    return;
                }
                case CUT -> {
                    router.to(offset);
                    current.ends(dts - current.start().dtsTicks());
                    router.close(psi);
                    start(chunk, dts, key);
                    return;
                }
                case DISCONTINUITY -> {
                    router.to(offset);
                    interrupted();
                    dts = unroller.unroll(pes.dts());
                }
            }
        }
        // A key chunk without a key access unit: the stream has none, and is cut by time.
        if (key || (offset == 0 && chunk.key())) {
            router.to(offset);
            start(chunk, dts, key);
        }
    }

    private void start(Chunk chunk, long dts, boolean key) {
        if (!anchored) {
            anchored = true;
            anchorDts = dts;
            anchorMs = chunk.wallMs();
        }
        if (discontinuityNext) {
            sequences.newDiscontinuity();
        }
        OpenSegment next = new OpenSegment(
                new OpenSegment.Start(dts, anchorMs + Math.floorDiv(dts - anchorDts, 90L), key, discontinuityNext,
                        sequences.discontinuity()));
        discontinuityNext = false;
        planner.start(dts, key);
        next.add(tables());
        router.open(next, psi);
    }

    private ByteBuf tables() {
        ByteBuf out = allocator.directBuffer(2 * TsPacket.SIZE);
        patCounter = PsiWriter.write(out, 0, psi.patSection(), patCounter);
        pmtCounter = PsiWriter.write(out, psi.pmtPid(), psi.pmtSection(), pmtCounter);
        return out;
    }

    /** Tells the listeners of the segments that are complete. */
    private void emit() {
        for (OpenSegment done = router.pollFinished(); done != null; done = router.pollFinished()) {
            Segment segment = done.finish(sequences.nextMedia(), shape.shape());
            try {
                for (SegmentListener listener : List.copyOf(listeners)) {
                    tell(listener, segment);
                }
            } finally {
                segment.release();
            }
        }
    }

    private static void tell(SegmentListener listener, Segment segment) {
        try {
            listener.finished(segment);
        } catch (RuntimeException e) {
            // One consumer's fault must not cost the others their segment.
            LOG.atError().setCause(e).log("Consumer of segments failed");
        }
    }
}

package dev.penstock.dataplane.segment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.media.time.Unroller;
import dev.penstock.dataplane.media.ts.DiscontinuityMark;
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
    private final Set<Integer> seen = new HashSet<>();
    private final Set<Integer> pending = new HashSet<>();
    private @Nullable Psi psi;
    private @Nullable OpenSegment current;
    private @Nullable OpenSegment closing;
    private final Set<Integer> unmarked = new HashSet<>();
    private boolean begun;
    private boolean discontinuityNext;
    private boolean rested;
    private boolean anchored;
    private long anchorDts;
    private long anchorMs;
    private int patCounter;
    private int pmtCounter;
    private long leadlessSinceMs = -1;
    /** The chunk at hand, and how far its packets have been given to segments. */
    private @Nullable Chunk at;
    private int routed;

    /** The first run of a stream in this process. */
    public TsSegmenter(SegmentConfig config, ByteBufAllocator allocator, Instant start) {
        this(config, allocator, start, LastNumbers.NONE);
    }

    /**
     * @param config durations
     * @param allocator for the tables
     * @param start wall clock now
     * @param last numbers known to have been used by an earlier run; this one goes on behind them, never back
     */
    public TsSegmenter(SegmentConfig config, ByteBufAllocator allocator, Instant start, LastNumbers last) {
        this.allocator = allocator;
        this.stallMs = 3000L * config.targetSeconds();
        this.planner = new CutPlanner(config);
        this.sequences = new Sequences(start, last.media(), last.discontinuity());
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

        shape.chunk(chunk);
        at = chunk;
        routed = 0;
        boolean leads = false;
        for (Chunk.Mark mark : chunk.marks()) {
            PesStart pes = mark.pes();
            if (pes.pid() == psi.leadPid() && pes.dts() >= 0) {
                leads = true;
                lead(mark.offset(), pes);
            }
            if (pending.contains(pes.pid())) {
                routeTo(mark.offset());
                pending.remove(pes.pid());
                if (pending.isEmpty()) {
                    finishClosing();
                }
            }
            seen.add(pes.pid());
        }
        routeTo(chunk.bytes());
        at = null;
        bound(chunk, leads);
    }

    /** Ends a segment that grows without access units of the lead PID, or beyond all measure. */
    private void bound(Chunk chunk, boolean leads) {
        if (leads || leadlessSinceMs < 0) {
            leadlessSinceMs = chunk.wallMs();
        }
        if (current != null && (current.bytes() > MAX_BYTES || chunk.wallMs() - leadlessSinceMs > stallMs)) {
            interrupted();
        }
    }

    /** Ends the segment under way at what is there; the next one begins at a key access unit, after a discontinuity. */
    @Override
    public void interrupted() {
        if (current != null) {
            current.ends(planner.durationToLast());
            finishClosing();
            closing = current;
            current = null;
            discontinuityNext = true;
        }
        finishClosing();
        unroller.reset();
        planner.reset();
        anchored = false;
    }

    /** Ends the segment under way; the next one begins a new run of numbers, after a discontinuity. */
    @Override
    public void asleep() {
        interrupted();
        rested = begun;
        discontinuityNext = begun;
        for (SegmentListener listener : List.copyOf(listeners)) {
            listener.asleep();
        }
    }

    @Override
    public void ended() {
        interrupted();
        for (SegmentListener listener : List.copyOf(listeners)) {
            listener.ended();
        }
    }

    /** An access unit of the lead PID starts at an offset of the chunk at hand. */
    private void lead(int offset, PesStart pes) {
        long dts = unroller.unroll(pes.dts());
        boolean key = pes.randomAccess();
        CutPlanner.Decision decision = current == null ? CutPlanner.Decision.CONTINUE : planner.decide(dts, key);
        boolean late = closing != null && current != null && dts - current.start().dtsTicks() > CLOSING_TICKS;
        if (decision == CutPlanner.Decision.CONTINUE && current != null && !late) {
            return;
        }
        routeTo(offset);
        if (late) {
            finishClosing();
        }
        if (decision == CutPlanner.Decision.CUT) {
            end(dts);
            start(dts, key);
        } else if (decision == CutPlanner.Decision.DISCONTINUITY) {
            interrupted();
            dts = unroller.unroll(pes.dts());
        }
        // A key chunk without a key access unit: the stream has none, and is cut by time.
        if (current == null && (key || (offset == 0 && at.key()))) {
            start(dts, key);
        }
    }

    /** Ends the segment under way before an access unit; PES packets begun in it are waited for. */
    private void end(long dts) {
        finishClosing();
        OpenSegment ended = current;
        if (ended == null || psi == null) {
            return;
        }
        ended.ends(dts - ended.start().dtsTicks());
        closing = ended;
        current = null;
        for (Psi.EsInfo es : psi.streams()) {
            if (es.pid() != psi.leadPid() && seen.contains(es.pid())) {
                pending.add(es.pid());
            }
        }
    }

    private void start(long dts, boolean key) {
        if (!anchored) {
            anchored = true;
            anchorDts = dts;
            anchorMs = at.wallMs();
        }
        if (rested) {
            rested = false;
            sequences.resume(Instant.ofEpochMilli(at.wallMs()));
        }
        if (discontinuityNext) {
            sequences.newDiscontinuity();
        }
        current = new OpenSegment(new OpenSegment.Start(dts, anchorMs + Math.floorDiv(dts - anchorDts, 90L),
                key, discontinuityNext, sequences.discontinuity()));
        discontinuityNext = false;
        seen.clear();
        planner.start(dts, key);
        current.add(tables());
        if (current.start().discontinuity() || !begun) {
            begun = true;
            unmarked.clear();
            psi.streams().forEach(es -> unmarked.add(es.pid()));
        }
        if (pending.isEmpty()) {
            finishClosing();
        }
    }

    private ByteBuf tables() {
        ByteBuf out = allocator.directBuffer(2 * TsPacket.SIZE);
        patCounter = PsiWriter.write(out, 0, psi.patSection(), patCounter);
        pmtCounter = PsiWriter.write(out, psi.pmtPid(), psi.pmtSection(), pmtCounter);
        return out;
    }

    /**
     * Gives the packets of the chunk at hand, up to an offset, to the segments that they belong to; the source's tables to
     * none.
     */
    private void routeTo(int to) {
        Chunk chunk = at;
        for (int n = 0; n < chunk.tableCount() && chunk.tableOffset(n) < to; n++) {
            int table = chunk.tableOffset(n);
            if (table >= routed) {
                routeMedia(chunk, routed, table);
                routed = table + TsPacket.SIZE;
            }
        }
        routeMedia(chunk, routed, to);
        routed = Math.max(routed, to);
    }

    private void routeMedia(Chunk chunk, int from, int to) {
        if (closing == null) {
            give(chunk, from, to, false);
            return;
        }
        int runStart = from;
        boolean runOld = false;
        for (int packet = from; packet < to; packet += TsPacket.SIZE) {
            boolean old = pending.contains(TsPacket.pid(chunk.data(), chunk.data().readerIndex() + packet));
            if (old != runOld) {
                give(chunk, runStart, packet, runOld);
                runStart = packet;
                runOld = old;
            }
        }
        give(chunk, runStart, to, runOld);
    }

    private void give(Chunk chunk, int from, int to, boolean old) {
        OpenSegment taker = old ? closing : current;
        if (taker != null && taker == current && !unmarked.isEmpty()) {
            giveMarked(taker, chunk, from, to);
        } else if (taker != null) {
            taker.add(chunk, from, to);
        }
    }

    /**
     * Puts a mark before the first packet of each PID after a break: what came before it, perhaps from another run of the
     * process, had other counters.
     */
    private void giveMarked(OpenSegment taker, Chunk chunk, int from, int to) {
        int given = from;
        for (int packet = from; packet < to && !unmarked.isEmpty(); packet += TsPacket.SIZE) {
            int index = chunk.data().readerIndex() + packet;
            int pid = TsPacket.pid(chunk.data(), index);
            if (TsPacket.hasPayload(chunk.data(), index) && unmarked.remove(pid)) {
                taker.add(chunk, given, packet);
                given = packet;
                ByteBuf mark = allocator.directBuffer(TsPacket.SIZE);
                DiscontinuityMark.write(mark, pid, TsPacket.continuityCounter(chunk.data(), index) - 1);
                taker.add(mark);
            }
        }
        taker.add(chunk, given, to);
    }

    private void finishClosing() {
        OpenSegment done = closing;
        pending.clear();
        if (done == null) {
            return;
        }
        closing = null;
        Segment segment = done.finish(sequences.nextMedia(), shape.shape());
        try {
            for (SegmentListener listener : List.copyOf(listeners)) {
                listener.finished(segment);
            }
        } finally {
            segment.release();
        }
    }
}

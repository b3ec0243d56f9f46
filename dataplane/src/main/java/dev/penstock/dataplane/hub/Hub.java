package dev.penstock.dataplane.hub;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.time.TsTime;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.media.ts.TsParser;
import dev.penstock.dataplane.media.ts.TsRewriter;
import dev.penstock.dataplane.media.ts.TsRewriter.State;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * One live stream: takes what an ingest reads, parses it once, cuts it into chunks, keeps the newest in a ring and hands
 * each to the listeners.
 *
 * <p>Owned by one event loop: every method but {@link #stats} and {@link #executor} is called on it. Packets of the first
 * source go through unchanged; later ones are rewritten to look like it, see {@link TsRewriter}. After each begin nothing is
 * handed on before the tables and the first key access unit; a stream with neither video nor audio is handed on from its
 * tables.
 */
public final class Hub implements SampleSink {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    /** A step of the PCR up to this is a pause or a slow frame rate, not another clock: 10 s of 27 MHz. */
    private static final long MAX_PCR_STEP = 270_000_000;

    private final String stream;
    private final EventExecutor loop;
    private final HubConfig config;
    private final InstantSource clock;
    private final HubMetrics metrics;
    private final HubStats stats;
    private final Demand demand;
    private final ChunkRing ring;
    private final ChunkBuilder builder;
    private final KeyRule keys = new KeyRule();
    private final PacketCounters counters = new PacketCounters();
    private final TsParser parser = new TsParser(new Events());
    private final TsRewriter rewriter = new TsRewriter();
    private final List<ChunkListener> listeners = new ArrayList<>();
    private @Nullable SourceInfo source;
    private @Nullable Psi psi;
    private boolean delivering;
    private boolean keyNext;
    private boolean discontinuityNext;
    private boolean tickPending;
    private boolean closed;
    private long sequence;
    private long lastPcr = -1;
    private @Nullable ByteBuf in;
    private int base;
    private int taken;

    /**
     * @param stream {@code ns/name}, for logs
     * @param loop the thread that owns the stream
     * @param allocator where chunks are allocated
     * @param config sizes
     * @param clock wall clock
     * @param metrics meters shared by all hubs
     */
    public Hub(String stream, EventExecutor loop, ByteBufAllocator allocator, HubConfig config, InstantSource clock,
            HubMetrics metrics) {
        this.stream = stream;
        this.loop = loop;
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.stats = new HubStats(loop.ticker());
        this.demand = new Demand(loop);
        this.ring = new ChunkRing(config);
        this.builder = new ChunkBuilder(allocator, config.chunkBytes());
        metrics.opened();
    }

    /** The event loop that owns this hub. Any thread. */
    public EventExecutor executor() {
        return loop;
    }

    /** Counters. Any thread. */
    public HubStats stats() {
        return stats;
    }

    /** Who wants the stream. Any thread, as far as it says. */
    public Demand demand() {
        return demand;
    }

    /** Sizes. Any thread. */
    public HubConfig config() {
        return config;
    }

    /** The newest chunks; only on the hub's event loop, and not changed by the caller. */
    public ChunkRing ring() {
        assertOwner();
        return ring;
    }

    /**
     * Adds a listener.
     *
     * @param listener hears of every chunk from now on
     * @param replay whether it hears first, during this call, of the ring's chunks from the newest key chunk on
     */
    public void listen(ChunkListener listener, boolean replay) {
        assertOwner();
        long key = ring.newestKey();
        for (long s = key; replay && key >= 0 && s < ring.next(); s++) {
            listener.chunk(ring.get(s));
        }
        listeners.add(listener);
    }

    /** Removes a listener; nothing happens when it is not there. */
    public void unlisten(ChunkListener listener) {
        assertOwner();
        listeners.remove(listener);
    }

    @Override
    public void begin(SourceInfo info) {
        assertOwner();
        seal();
        source = info;
        stats.source(info);
        rewriter.begin();
        parser.reset();
        delivering = false;
        keyNext = false;
        discontinuityNext = sequence > 0;
        keys.reset();
        lastPcr = -1;
        LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, info.remote())
                .log("Source connected");
    }

    @Override
    public void packets(ByteBuf packets) {
        assertOwner();
        int bytes = packets.readableBytes();
        if (source == null || closed || bytes == 0) {
            packets.release();
            return;
        }
        stats.received(bytes, clock.millis());
        metrics.received(bytes);
        ByteBuf rewritten = rewriter.rewrite(packets);
        try {
            chop(rewritten);
        } finally {
            in = null;
            rewritten.release();
        }
    }

    @Override
    public void tracks(List<Track> tracks) {
        throw new UnsupportedOperationException("access units of " + stream);
    }

    @Override
    public void sample(Sample sample) {
        sample.data().release();
        throw new UnsupportedOperationException("access units of " + stream);
    }

    private void chop(ByteBuf packets) {
        if (builder.size() + packets.readableBytes() > config.chunkBytes()) {
            seal();
        }
        // A later source comes out of the rewriter from its tables and first key access unit on, not before.
        delivering |= rewriter.state() == State.MAPPED || rewriter.state() == State.NEW_TABLES;
        in = packets;
        base = packets.readerIndex();
        taken = base;
        parser.parse(packets);
        take(packets.writerIndex());
        scheduleTick();
    }

    @Override
    public void end(String reason) {
        assertOwner();
        if (source == null) {
            return;
        }
        LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, source.remote())
                .addKeyValue(LogKeys.REASON, reason).log("Source ended");
        seal();
        source = null;
        stats.source(null);
        for (ChunkListener listener : List.copyOf(listeners)) {
            listener.interrupted();
        }
    }

    /** Ends the stream: what is under way is handed on, listeners are told, the ring is released. */
    public void close() {
        assertOwner();
        if (closed) {
            return;
        }
        seal();
        closed = true;
        source = null;
        stats.source(null);
        for (ChunkListener listener : List.copyOf(listeners)) {
            listener.ended();
        }
        listeners.clear();
        demand.end();
        ring.clear();
        metrics.closed();
    }

    /** Moves packets up to an index of the buffer at hand into the chunk under construction, or drops them. */
    private void take(int end) {
        if (end <= taken) {
            return;
        }
        if (delivering && builder.isEmpty()) {
            open();
        }
        int shift = builder.size() - taken;
        for (int at = taken; at < end; at += TsPacket.SIZE) {
            int pid = counters.note(in, at);
            if (delivering && psi != null && (pid == 0 || pid == psi.pmtPid())) {
                builder.table(at + shift);
            }
        }
        if (delivering) {
            builder.append(in, taken, end - taken);
        }
        taken = end;
    }

    private void open() {
        if (discontinuityNext) {
            stats.discontinuity();
            metrics.discontinuity();
        }
        builder.open(new Chunk.Head(keyNext, discontinuityNext, psi,
                keyNext && psi != null ? counters.of(psi) : Continuity.NONE, clock.millis()));
        keyNext = false;
        discontinuityNext = false;
    }

    private void seal() {
        if (builder.isEmpty()) {
            return;
        }
        Chunk chunk = builder.seal(sequence++);
        metrics.chunk();
        ring.add(chunk);
        try {
            for (ChunkListener listener : List.copyOf(listeners)) {
                listener.chunk(chunk);
            }
        } finally {
            chunk.release();
        }
    }

    /** Ends the chunk under construction before the packet at an index of the buffer at hand. */
    private void cut(int index) {
        take(index);
        seal();
    }

    private void scheduleTick() {
        if (!tickPending && !builder.isEmpty()) {
            tickPending = true;
            loop.schedule(this::tick, config.flushInterval().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        tickPending = false;
        if (!closed) {
            seal();
        }
    }

    private void assertOwner() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("hub of " + stream + " called on " + Thread.currentThread().getName());
        }
    }

    /** What the parser says of the buffer at hand. */
    private final class Events implements TsEvents {
        @Override
        public void program(Psi now) {
            if (psi != null && delivering && !psi.streams().equals(now.streams())) {
                discontinuityNext = true;
            }
            psi = now;
            if (!delivering && now.leadPid() < 0) {
                delivering = true;
            }
        }

        @Override
        public void pes(int offset, PesStart pes) {
            int index = base + offset;
            boolean lead = psi != null && pes.pid() == psi.leadPid();
            boolean key = lead && keys.isKey(pes, psi.hasVideo());
            if (key) {
                cut(index);
                keyNext = true;
                delivering = true;
                if (keys.intervalMs() >= 0) {
                    stats.keyInterval(keys.intervalMs());
                }
            } else if (discontinuityNext && delivering) {
                cut(index);
            }
            if (delivering) {
                builder.mark(builder.size() + index - taken, pes);
            }
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {
            long step = lastPcr < 0 ? 0 : TsTime.diff27M(lastPcr, pcr27Mhz);
            lastPcr = pcr27Mhz;
            if (discontinuity || step < 0 || step > MAX_PCR_STEP) {
                jump(offset);
            }
        }

        @Override
        public void fault(int offset, TsFault kind) {
            stats.fault();
            metrics.fault(kind);
        }

        private void jump(int offset) {
            if (delivering) {
                cut(base + offset);
                discontinuityNext = true;
                keys.reset();
            }
        }
    }
}

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
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * One live stream: takes what an ingest reads, cuts it into chunks, keeps the newest in a ring and hands each to the listeners.
 *
 * <p>Packets of a transport stream take {@link TsPath} at once. Access units are kept as they are while nobody wants the stream
 * ({@link Demand}): then there are no chunks, and listeners are asleep. With the first who wants it they are made into packets
 * from the oldest key access unit that is kept, which take the same path, and so on until nobody has wanted it for a while and a
 * key access unit comes.
 *
 * <p>Owned by one event loop: every method but {@link #stats}, {@link #demand}, {@link #config} and {@link #executor} is called
 * on it.
 */
public final class Hub implements SampleSink {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    private final String stream;
    private final EventExecutor loop;
    private final ByteBufAllocator allocator;
    private final HubConfig config;
    private final InstantSource clock;
    private final HubMetrics metrics;
    private final HubStats stats;
    private final Demand demand;
    private final ChunkRing ring;
    private final SampleFeed feed;
    private final List<ChunkListener> listeners = new ArrayList<>();
    /** Null before the first packets, and while the stream sleeps. */
    private @Nullable TsPath path;
    private @Nullable SourceInfo source;
    private boolean wanted;
    private boolean tickPending;
    private boolean closed;
    private long sequence;
    /** {@link #sequence} at the last flush. */
    private long flushedSequence;
    private final FlushPace pace;

    /**
     * @param stream {@code ns/name}, for logs
     * @param loop the thread that owns the stream
     * @param allocator where chunks and access units are kept
     * @param config sizes
     * @param clock wall clock
     * @param metrics meters shared by all hubs
     */
    public Hub(String stream, EventExecutor loop, ByteBufAllocator allocator, HubConfig config, InstantSource clock,
            HubMetrics metrics) {
        this.stream = stream;
        this.loop = loop;
        this.allocator = allocator;
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.stats = new HubStats(loop.ticker());
        this.ring = new ChunkRing(config);
        this.pace = new FlushPace(config.flushInterval().toNanos());
        this.feed = new SampleFeed(allocator, config);
        this.demand = new Demand(loop);
        demand.onChange(this::wanted);
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
     * @param replay whether it hears first, during this call, of the ring's chunks from the oldest key chunk on
     */
    public void listen(ChunkListener listener, boolean replay) {
        assertOwner();
        for (long s = replay ? ring.oldestKey() : ring.next(); s < ring.next(); s++) {
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
        if (closed) {
            return;
        }
        flush();
        feed.begin();
        if (path != null) {
            path.begin();
        }
        source = info;
        stats.source(info);
        stats.tracks(List.of());
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
        long now = clock.millis();
        received(bytes, now);
        path().packets(packets, now);
        if (path().isPending()) {
            scheduleTick();
        }
    }

    @Override
    public void tracks(List<Track> tracks) {
        assertOwner();
        if (source == null || closed) {
            return;
        }
        flush();
        for (String refused : feed.tracks(tracks)) {
            stats.fault();
            LOG.atWarn().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, source.remote())
                    .addKeyValue(LogKeys.REASON, refused)
                    .log(feed.active() ? "Track is left out" : "Source cannot be served");
        }
        stats.tracks(tracks);
        if (!wanted) {
            sleep();
        } else if (feed.active()) {
            wake();
        }
    }

    @Override
    public void sample(Sample sample) {
        assertOwner();
        try {
            if (source != null && feed.active()) {
                take(sample);
            }
        } finally {
            sample.data().release();
        }
    }

    private void take(Sample sample) {
        long now = clock.millis();
        received(sample.data().readableBytes(), now);
        boolean starts = feed.starts(sample);
        if (starts) {
            stats.keyInterval(feed.intervalMs());
            stats.frameRate(feed.milliFrames());
            if (!wanted) {
                sleep();
            }
        }
        feed.add(sample, starts, now);
        if (feed.awake()) {
            scheduleTick();
        }
    }

    @Override
    public void end(String reason) {
        assertOwner();
        if (source == null) {
            return;
        }
        LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, source.remote())
                .addKeyValue(LogKeys.REASON, reason).log("Source ended");
        flush();
        source = null;
        stats.source(null);
        if (feed.active() && !wanted) {
            sleep();
        }
        interrupt();
    }

    /** Ends the stream: what is under way is handed on, listeners are told, the ring is released. */
    public void close() {
        assertOwner();
        if (closed) {
            return;
        }
        flush();
        closed = true;
        source = null;
        stats.source(null);
        for (ChunkListener listener : List.copyOf(listeners)) {
            listener.ended();
        }
        listeners.clear();
        demand.end();
        feed.close();
        ring.clear();
        metrics.closed();
    }

    private void wanted(boolean now) {
        wanted = now;
        if (closed || !feed.active()) {
            return;
        }
        if (now) {
            wake();
        } else if (source == null) {
            sleep();
        }
    }

    /** Makes packets of access units from now on, first of those that are kept. */
    private void wake() {
        if (feed.awake()) {
            return;
        }
        feed.wake(path());
        flush();
        if (source == null) {
            interrupt();
        }
    }

    /** Keeps access units from now on as they are; chunks, and what others keep of them, go. */
    private void sleep() {
        if (path == null) {
            return;
        }
        flush();
        feed.sleep();
        path = null;
        for (ChunkListener listener : List.copyOf(listeners)) {
            listener.asleep();
        }
        ring.clear();
    }

    private TsPath path() {
        if (path == null) {
            path = new TsPath(config, allocator, stats, metrics, new Chunks(), sequence > 0);
        }
        return path;
    }

    private void received(int bytes, long now) {
        stats.received(bytes, now);
        metrics.received(bytes);
    }

    private void interrupt() {
        for (ChunkListener listener : List.copyOf(listeners)) {
            listener.interrupted();
        }
    }

    /** Hands on what has come. */
    private void flush() {
        feed.drain();
        if (path != null) {
            path.seal();
        }
        if (flushedSequence != sequence) {
            flushedSequence = sequence;
            for (ChunkListener listener : List.copyOf(listeners)) {
                listener.flushed();
            }
        }
    }

    private void scheduleTick() {
        if (!tickPending) {
            tickPending = true;
            loop.schedule(this::tick, pace.delayNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        tickPending = false;
        if (!closed) {
            long start = loop.ticker().nanoTime();
            flush();
            pace.flushed(loop.ticker().nanoTime() - start);
        }
    }

    private void assertOwner() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("hub of " + stream + " called on " + Thread.currentThread().getName());
        }
    }

    /** Takes the path's chunks. */
    private final class Chunks implements TsPath.Output {
        @Override
        public long nextSequence() {
            return sequence;
        }

        @Override
        public void chunk(Chunk chunk) {
            sequence++;
            try {
                ring.add(chunk);
                for (ChunkListener listener : List.copyOf(listeners)) {
                    listener.chunk(chunk);
                }
            } finally {
                chunk.release();
            }
        }
    }
}

package dev.penstock.dataplane.fanout;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Ticker;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.hub.ChunkRing;
import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.hub.Hub;

/**
 * The HTTP-TS viewers of one stream. Each event loop that has viewers holds the same chunks (one reference per loop); a
 * viewer is a sequence number. A slow viewer costs only itself.
 *
 * <p>{@link #reserve}, {@link #cancel}, {@link #join}, {@link #sessions}, {@link #kick} and {@link #viewers} may be called by any thread; the rest is called
 * on the hub's event loop.
 */
public final class TsFanout implements ChunkListener {
    private final Hub hub;
    private final FanoutConfig config;
    private final FanoutMetrics metrics;
    private final StreamCounts counts;
    /** Who is there, by id. */
    private final Map<String, Viewer> joined = new ConcurrentHashMap<>();
    private final AtomicInteger viewers = new AtomicInteger();
    /** One for each viewer; any of them is as good as another. */
    private final Queue<Demand.Lease> leases = new ConcurrentLinkedQueue<>();
    /** Each loop reads and writes only its own entry. */
    private final Map<EventLoop, LoopFan> byLoop = new ConcurrentHashMap<>();
    /** Owned by the hub's loop. */
    private final List<LoopFan> fans = new ArrayList<>();
    private volatile boolean closed;

    private TsFanout(Hub hub, FanoutConfig config, FanoutMetrics metrics, StreamCounts counts) {
        this.hub = hub;
        this.config = config;
        this.metrics = metrics;
        this.counts = counts;
    }

    /** Makes the fan-out of a hub, with counters of its own, and lets it listen; on the hub's event loop. */
    public static TsFanout open(Hub hub, FanoutConfig config, FanoutMetrics metrics) {
        return open(hub, config, metrics, new StreamCounts(Ticker.systemTicker(), InstantSource.system()));
    }

    /**
     * As above.
     *
     * @param counts goes on counting here
     */
    public static TsFanout open(Hub hub, FanoutConfig config, FanoutMetrics metrics, StreamCounts counts) {
        TsFanout fanout = new TsFanout(hub, config, metrics, counts);
        hub.listen(fanout, false);
        return fanout;
    }

    /** Viewers now, those about to join included. */
    public int viewers() {
        return viewers.get();
    }

    /** Viewers whose answer has begun. Any thread. */
    public List<TsSession> sessions() {
        return joined.values().stream().map(Viewer::session).toList();
    }

    /** Closes a viewer's connection; false when there is no such viewer. Any thread. */
    public boolean kick(String id) {
        Viewer viewer = joined.get(id);
        if (viewer == null) {
            return false;
        }
        viewer.channel().eventLoop().execute(() -> viewer.close(FanoutMetrics.Leave.KICKED));
        return true;
    }

    /**
     * Takes a place for a viewer, given back by {@link #cancel} or when the joined viewer leaves.
     *
     * @return false when the hard limit is reached; it is counted
     */
    public boolean reserve() {
        int limit = config.hardViewers();
        int now = viewers.incrementAndGet();
        if (limit > 0 && now > limit) {
            viewers.decrementAndGet();
            metrics.refused();
            return false;
        }
        leases.add(hub.demand().acquire());
        return true;
    }

    /** Gives back a place that no viewer took. */
    public void cancel() {
        viewers.decrementAndGet();
        Demand.Lease lease = leases.poll();
        if (lease != null) {
            lease.close();
        }
    }

    /** As {@link #join(Channel, String)}, of the address that the connection has. */
    public void join(Channel channel) {
        join(channel, String.valueOf(channel.remoteAddress()));
    }

    /**
     * Adds a viewer for whom a place was reserved. It gets tables and the newest key chunk at once, and stays while the
     * source is away.
     *
     * @param channel the connection after the response head; belongs to the fan-out from now on
     * @param address of the viewer, for people
     */
    public void join(Channel channel, String address) {
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            joinOnLoop(channel, address);
        } else {
            loop.execute(() -> joinOnLoop(channel, address));
        }
    }

    private void joinOnLoop(Channel channel, String address) {
        configure(channel);
        LoopFan fan = byLoop.get(channel.eventLoop());
        if (fan == null) {
            fan = new LoopFan(this, channel.eventLoop(), new ChunkRing(hub.config()), config, metrics);
            byLoop.put(channel.eventLoop(), fan);
            LoopFan added = fan;
            hub.executor().execute(() -> attach(added));
        }
        fan.join(channel, address);
    }

    StreamCounts counts() {
        return counts;
    }

    /** A viewer's answer has begun. */
    void joined(Viewer viewer) {
        joined.put(viewer.id(), viewer);
    }

    private void configure(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        if (config.sendBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
        }
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(config.lowWaterBytes(), config.highWaterBytes()));
    }

    /** On the fan's loop: its last viewer has left. */
    void detach(LoopFan fan) {
        byLoop.remove(fan.loop(), fan);
        hub.executor().execute(() -> fans.remove(fan));
    }

    /** A viewer has left. */
    void left(Viewer viewer) {
        joined.remove(viewer.id());
        cancel();
    }

    private void attach(LoopFan fan) {
        if (closed) {
            fan.postEnd();
            return;
        }
        fans.add(fan);
        ChunkRing ring = hub.ring();
        for (long s = Math.max(ring.newestKey(), 0); ring.newestKey() >= 0 && s < ring.next(); s++) {
            fan.post(ring.get(s));
        }
        fan.postFlush();
    }

    @Override
    public void chunk(Chunk chunk) {
        for (int i = 0; i < fans.size(); i++) {
            fans.get(i).post(chunk);
        }
    }

    @Override
    public void flushed() {
        for (int i = 0; i < fans.size(); i++) {
            fans.get(i).postFlush();
        }
    }

    @Override
    public void ended() {
        closed = true;
        for (LoopFan fan : fans) {
            fan.postEnd();
        }
        fans.clear();
    }
}

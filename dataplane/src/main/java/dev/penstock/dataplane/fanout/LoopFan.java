package dev.penstock.dataplane.fanout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import dev.penstock.dataplane.fanout.FanoutMetrics.Leave;
import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkRing;

/**
 * The viewers of one stream on one event loop, and the chunks that they share. Owned by that loop; {@link #post} and
 * {@link #postEnd} are for the hub's loop.
 */
final class LoopFan {
    private final TsFanout fanout;
    private final EventLoop loop;
    private final ChunkRing ring;
    private final FanoutConfig config;
    private final FanoutMetrics metrics;
    private final long writeTimeoutNanos;
    private final List<Viewer> viewers = new ArrayList<>();
    private boolean detached;
    private boolean passedOver;
    /** Written by the hub's loop only. */
    private volatile long flushes;
    /** Bytes of all chunks that came, so of the stream up to the end of the ring. */
    private long offset;

    LoopFan(TsFanout fanout, EventLoop loop, ChunkRing ring, FanoutConfig config, FanoutMetrics metrics) {
        this.fanout = fanout;
        this.loop = loop;
        this.ring = ring;
        this.config = config;
        this.metrics = metrics;
        this.writeTimeoutNanos = config.writeTimeout().toNanos();
    }

    EventLoop loop() {
        return loop;
    }

    /** Hands a chunk over to this loop; retains it for the way. */
    void post(Chunk chunk) {
        chunk.retain();
        if (loop.inEventLoop()) {
            add(chunk);
            return;
        }
        try {
            loop.execute(() -> add(chunk));
        } catch (RejectedExecutionException e) {
            // The loop is shut down, and with it every viewer it had.
            chunk.release();
        }
    }

    /** Tells this loop that the viewers shall get what was posted. */
    void postFlush() {
        long flush = flushes + 1;
        flushes = flush;
        run(() -> sweep(flush));
    }

    /** Tells this loop that the stream is closed. */
    void postEnd() {
        run(this::end);
    }

    private void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            return;
        }
    }

    void join(Channel channel, String address) {
        Viewer viewer = new Viewer(this, channel, address, fanout.counts());
        viewers.add(viewer);
        fanout.joined(viewer);
        metrics.joined();
        channel.pipeline().addLast(viewer);
        if (!channel.isActive()) {
            viewer.leave(Leave.CLIENT);
            return;
        }
        sent(pump(viewer));
    }

    /** A viewer's connection is gone. */
    void left(Viewer viewer, Leave reason) {
        viewers.remove(viewer);
        metrics.left(reason);
        fanout.left(viewer);
        if (viewers.isEmpty() && !detached) {
            detached = true;
            ring.clear();
            fanout.detach(this);
        }
    }

    /** A viewer's connection takes bytes again. */
    void writable(Viewer viewer) {
        if (!detached) {
            sent(pump(viewer));
        }
    }

    private void add(Chunk chunk) {
        try {
            if (detached) {
                return;
            }
            ring.add(chunk);
            offset += chunk.bytes();
        } finally {
            chunk.release();
        }
    }

    /**
     * Gives all viewers what they lack. A loop that is so late that the next flush waits already passes one over, so that
     * each viewer gets more with one write; never two, so that viewers get something on any loop.
     */
    private void sweep(long flush) {
        passedOver = flush < flushes && !passedOver;
        if (detached || passedOver) {
            return;
        }
        long bytes = 0;
        // Backwards: a viewer that leaves during its turn does not move those that are still to come.
        for (int i = viewers.size() - 1; i >= 0; i--) {
            if (i < viewers.size()) {
                bytes += pump(viewers.get(i));
            }
        }
        sent(bytes);
    }

    private void sent(long bytes) {
        metrics.sent(bytes);
        fanout.counts().sent(bytes);
    }

    private void end() {
        for (Viewer viewer : List.copyOf(viewers)) {
            viewer.close(Leave.STREAM_CLOSED);
        }
    }

    /** Writes what the viewer lacks, as far as its connection takes it; returns the bytes written. */
    private long pump(Viewer viewer) {
        Channel channel = viewer.channel();
        if (!channel.isWritable()) {
            blocked(viewer);
            return 0;
        }
        viewer.unblocked();
        long bytes = position(viewer);
        while (viewer.next() >= 0 && viewer.next() < ring.next() && channel.isWritable()) {
            bytes += viewer.write(ring.get(viewer.next()));
        }
        if (bytes > 0) {
            viewer.sent(bytes);
            channel.flush();
        }
        return bytes;
    }

    private void blocked(Viewer viewer) {
        boolean out = fellOut(viewer);
        if (out) {
            viewer.lost(offset - ring.bytes());
        }
        if (viewer.blockedNanos(loop.ticker().nanoTime()) > writeTimeoutNanos) {
            cut(viewer, Leave.WRITE_TIMEOUT);
        } else if (out && config.slowPolicy() == SlowViewerPolicy.DISCONNECT) {
            cut(viewer, Leave.TOO_SLOW);
        }
    }

    private void cut(Viewer viewer, Leave why) {
        viewer.lost(offset);
        viewer.close(why);
    }

    /** Moves a viewer that has no place in the ring to the newest key chunk, tables first. */
    private long position(Viewer viewer) {
        boolean fresh = viewer.next() < 0;
        if (!fresh && !fellOut(viewer)) {
            return 0;
        }
        if (!fresh && config.slowPolicy() == SlowViewerPolicy.DISCONNECT) {
            cut(viewer, Leave.TOO_SLOW);
            return 0;
        }
        if (ring.newestKey() < 0) {
            return 0;
        }
        long at = offsetOf(ring.newestKey());
        if (!fresh) {
            metrics.skipped();
            viewer.lost(at);
        }
        return viewer.start(ring.get(ring.newestKey()), at, !fresh);
    }

    private long offsetOf(long sequence) {
        long at = offset;
        for (long s = sequence; s < ring.next(); s++) {
            at -= ring.get(s).bytes();
        }
        return at;
    }

    private boolean fellOut(Viewer viewer) {
        return viewer.next() >= 0 && viewer.next() < ring.first();
    }
}

package dev.penstock.dataplane.ingest.push;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.media.ts.TsSynchronizer;
import dev.penstock.dataplane.media.ts.TsTracks;
import dev.penstock.dataplane.telemetry.LogKeys;

/** One publisher of a stream, from the moment it was let in to its end. One owner: the event loop. */
final class Publisher implements Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** Bytes that a publisher may send before its first packet. */
    private static final long MOST_STRANGE = 1 << 20;

    private final PublishPoint point;
    private final PublishRequest request;
    private final SourceInfo info;
    private final long aliveNanos;
    private final long stallNanos;
    private @Nullable TsSynchronizer synchronizer;
    /** Set while it waits for its first key frame. */
    private @Nullable KeyFrameFinder finder;
    private @Nullable SampleSink sink;
    private @Nullable Consumer<String> revoked;
    private @Nullable String verdict;
    private List<Track> tracks = List.of();
    private Future<?> watch;
    private long strange;
    private long lastNanos;
    private boolean told;
    private boolean closed;

    /** @param waits whether another one is on the air until this one has a key frame */
    Publisher(PublishPoint point, PublishRequest request, PushConfig config, boolean waits) {
        this.point = point;
        this.request = request;
        this.info = new SourceInfo(request.protocol(), address(request), 0);
        this.aliveNanos = config.aliveFor().toNanos();
        this.stallNanos = config.stallTimeout().toNanos();
        this.finder = waits ? new KeyFrameFinder() : null;
        this.lastNanos = now();
        this.watch = loop().schedule(this::watch, stallNanos, TimeUnit.NANOSECONDS);
    }

    private static String address(PublishRequest request) {
        return request.remote().getAddress() == null
                ? request.remote().getHostString()
                : request.remote().getAddress().getHostAddress();
    }

    PublishRequest request() {
        return request;
    }

    SourceInfo info() {
        return info;
    }

    boolean isAlive() {
        return now() - lastNanos < aliveNanos;
    }

    /** It need not wait any more: nobody else is on the air. */
    void admitted() {
        finder = null;
    }

    @Override
    public EventLoop loop() {
        return point.loop();
    }

    @Override
    public void onRevoked(Consumer<String> listener) {
        String line = verdict;
        if (line != null) {
            verdict = null;
            listener.accept(line);
        } else if (!closed) {
            revoked = listener;
        }
    }

    @Override
    public void packets(ByteBuf bytes) {
        if (closed) {
            bytes.release();
            return;
        }
        TsSynchronizer finds = synchronizer;
        if (finds == null) {
            finds = new TsSynchronizer(new Aligned());
            synchronizer = finds;
        }
        finds.feed(bytes);
    }

    /** Packets that have been found. */
    private void aligned(ByteBuf packets) {
        if (closed) {
            packets.release();
            return;
        }
        lastNanos = now();
        KeyFrameFinder waits = finder;
        if (waits != null) {
            int key = waits.find(packets);
            if (key < 0) {
                packets.release();
                return;
            }
            takeOver();
            hand(waits.tables(ByteBufAllocator.DEFAULT));
            packets.skipBytes(key);
        }
        hand(packets);
    }

    private void hand(ByteBuf packets) {
        int bytes = packets.readableBytes();
        point.metrics().packets(info.protocol(), bytes / TsPacket.SIZE, bytes);
        open().packets(packets);
    }

    @Override
    public void tracks(List<Track> now) {
        tracks = List.copyOf(now);
        Optional<String> refusal = TsTracks.refusal(tracks);
        if (refusal.isPresent()) {
            revoke(refusal.get());
            return;
        }
        SampleSink out = sink;
        if (!closed && out != null) {
            out.tracks(tracks);
        }
    }

    @Override
    public void sample(Sample sample) {
        if (closed) {
            sample.data().release();
            return;
        }
        lastNanos = now();
        if (finder != null) {
            if (!isKeyFrame(sample)) {
                sample.data().release();
                return;
            }
            takeOver();
        }
        point.metrics().packets(info.protocol(), 1, sample.data().readableBytes());
        open().sample(sample);
    }

    /** Whether a viewer can start here: a key access unit of video, or of audio when there is no video. */
    private boolean isKeyFrame(Sample sample) {
        boolean video = tracks.stream().anyMatch(track -> track.codec().isVideo());
        return sample.key() && (!video
                || tracks.stream().anyMatch(track -> track.id() == sample.track() && track.codec().isVideo()));
    }

    private void takeOver() {
        finder = null;
        point.takesOver(this);
    }

    private SampleSink open() {
        SampleSink out = sink;
        if (out == null) {
            out = point.begun();
            sink = out;
            point.metrics().connected(info.protocol(), 1);
            out.begin(info);
            if (!tracks.isEmpty()) {
                out.tracks(tracks);
            }
            if (!told) {
                told = true;
                point.listener().connected(info);
            }
        }
        return out;
    }

    @Override
    public void discontinuity() {
        begins("discontinuity");
    }

    /** What follows is begun anew. */
    void begins(String reason) {
        flush();
        end(reason);
    }

    @Override
    public void close(String reason) {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        revoked = null;
        watch.cancel(false);
        end(reason);
        point.left(this, reason);
    }

    /** Sends it away; harmless when it has gone. */
    void revoke(String reason) {
        if (closed) {
            return;
        }
        LOG.atWarn().addKeyValue(LogKeys.STREAM, point.stream()).addKeyValue(LogKeys.SOURCE, info.remote())
                .addKeyValue(LogKeys.REASON, reason).log("Publisher sent away");
        Consumer<String> listener = revoked;
        close(reason);
        if (listener != null) {
            listener.accept(reason);
        } else {
            verdict = reason;
        }
    }

    private void flush() {
        if (synchronizer != null) {
            synchronizer.end();
        }
    }

    private void end(String reason) {
        SampleSink out = sink;
        if (out != null) {
            sink = null;
            point.metrics().connected(info.protocol(), -1);
            out.end(reason);
        }
    }

    private void watch() {
        long left = stallNanos - (now() - lastNanos);
        if (left > 0) {
            watch = loop().schedule(this::watch, left, TimeUnit.NANOSECONDS);
        } else {
            revoke("no media for " + Duration.ofNanos(stallNanos).toSeconds() + "s");
        }
    }

    private long now() {
        return loop().ticker().nanoTime();
    }

    /** Hears of the packets that were found in the publisher's bytes. */
    private final class Aligned implements TsSynchronizer.Output {
        @Override
        public void packets(ByteBuf packets) {
            aligned(packets);
        }

        @Override
        public void skipped(long bytes) {
            point.metrics().skipped(info.protocol(), bytes);
            strange += bytes;
            if (!told && strange > MOST_STRANGE) {
                // Not in the synchronizer's turn.
                loop().execute(() -> revoke("no transport stream: " + strange + " bytes without a packet"));
            }
        }
    }
}

package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.TsSynchronizer;

/** One try of one source, from connecting to its end: finds the packets, watches for silence. One owner: the event loop. */
final class Attempt implements InputEvents, TsSynchronizer.Output {
    private final InputSettings settings;
    private final Owner owner;
    private final PullConfig config;
    private final Delivery delivery;
    private final Input input;
    private final TsSynchronizer synchronizer = new TsSynchronizer(this);
    private @Nullable Future<?> watch;
    private List<Track> tracks = List.of();
    private boolean closed;
    private boolean delivered;
    private boolean waiting;
    private long firstPacketNanos;
    private long lastPacketNanos;

    /** Who started the try. */
    interface Owner {
        /** Whether a FIFO without a writer may wait without end: there is no other source. */
        boolean mayWait();

        /**
         * The source failed or ended.
         *
         * @param forGood trying again makes no sense
         */
        void over(Attempt which, String reason, boolean forGood);
    }

    Attempt(InputFactory factory, InputSettings settings, Owner owner, PullConfig config, Delivery delivery) {
        this.settings = settings;
        this.owner = owner;
        this.config = config;
        this.delivery = delivery;
        this.input = factory.create(settings, this);
    }

    SourceInfo info() {
        return delivery.info();
    }

    /** From the first packet to the last. */
    Duration deliveredFor() {
        return Duration.ofNanos(delivered ? lastPacketNanos - firstPacketNanos : 0);
    }

    void start() {
        lastPacketNanos = now();
        watchIn(config.connectTimeout());
        input.start();
    }

    /** Ends the try without a word to the owner; harmless when repeated. */
    void finish(String reason) {
        if (closed) {
            return;
        }
        synchronizer.end();
        closed = true;
        if (watch != null) {
            watch.cancel(false);
        }
        input.close();
        delivery.end(reason);
    }

    @Override
    public void bytes(ByteBuf bytes) {
        if (closed) {
            bytes.release();
        } else {
            synchronizer.feed(bytes);
        }
    }

    @Override
    public void packets(ByteBuf packets) {
        if (closed) {
            packets.release();
        } else {
            delivery.packets(packets, arrived());
        }
    }

    @Override
    public void tracks(List<Track> now) {
        tracks = List.copyOf(now);
        if (delivered && !closed) {
            delivery.tracks(tracks);
        }
    }

    @Override
    public void sample(Sample sample) {
        if (closed) {
            sample.data().release();
            return;
        }
        boolean fresh = !delivered || waiting;
        boolean again = arrived();
        if (fresh) {
            delivery.begin(again);
            delivery.tracks(tracks);
        }
        delivery.sample(sample);
    }

    /** Media has come; says whether it had come before without a break. */
    private boolean arrived() {
        lastPacketNanos = now();
        boolean again = delivered && !waiting;
        if (!delivered) {
            firstPacketNanos = lastPacketNanos;
            delivered = true;
            watchIn(config.stallTimeout());
        }
        waiting = false;
        return again;
    }

    @Override
    public void skipped(long bytes) {
        delivery.skipped(bytes);
    }

    @Override
    public void restarted(String reason, boolean silent) {
        if (closed) {
            return;
        }
        synchronizer.end();
        delivery.end(reason);
        if (silent && !waiting) {
            waiting = true;
            if (delivered) {
                delivery.waiting();
            }
        }
    }

    @Override
    public void ended(String reason, boolean forGood) {
        if (!closed) {
            owner.over(this, reason, forGood);
        }
    }

    private void watchIn(Duration time) {
        if (watch != null) {
            watch.cancel(false);
        }
        watch = settings.loop().schedule(this::watch, Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void watch() {
        if (waiting && owner.mayWait()) {
            watchIn(config.stallTimeout());
            return;
        }
        Duration limit = delivered ? config.stallTimeout() : config.connectTimeout();
        Duration left = limit.minusNanos(now() - lastPacketNanos);
        if (left.isPositive()) {
            watchIn(left);
        } else {
            String what = delivered ? ": no packets for " : ": no transport packets within ";
            ended(info().remote() + what + shown(limit), false);
        }
    }

    private static String shown(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    private long now() {
        return settings.loop().ticker().nanoTime();
    }
}

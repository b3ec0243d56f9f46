package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import dev.penstock.dataplane.media.ts.TsTracks;

/** One try of one source, from connecting to its end: finds the packets, watches for silence. One owner: the event loop. */
final class Attempt implements InputEvents, TsSynchronizer.Output {
    private final InputSettings settings;
    private final Owner owner;
    private final PullConfig config;
    private final Delivery delivery;
    private final Input input;
    private final TsSynchronizer synchronizer = new TsSynchronizer(this);
    private final ConnectGate gate;
    private final String host;
    private final RateFloor floor;
    private @Nullable Future<?> watch;
    private @Nullable Future<?> rate;
    private ConnectGate.@Nullable Ticket ticket;
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

        /** The first media has come. */
        void delivers(Attempt which);

        /** The source stands aside, and this is a place to begin with it. */
        void key(Attempt which);
    }

    Attempt(SourceFactory factory, InputSettings settings, Owner owner, PullConfig config, Delivery delivery,
            ConnectGate gate) {
        this.settings = settings;
        this.owner = owner;
        this.config = config;
        this.delivery = delivery;
        this.gate = gate;
        this.host = factory.host();
        this.floor = new RateFloor(config.failover().minBitrate(), config.stallTimeout());
        this.input = factory.create(settings, this);
    }

    SourceInfo info() {
        return delivery.info();
    }

    /** From the first packet to the last. */
    Duration deliveredFor() {
        return Duration.ofNanos(delivered ? lastPacketNanos - firstPacketNanos : 0);
    }

    /** Whether media has come. */
    boolean delivers() {
        return delivered && !waiting;
    }

    /** Begins, when it is its turn: the wait for that is no part of the time to connect. */
    void start() {
        if (host.isEmpty()) {
            connect();
        } else {
            ticket = gate.enter(host, settings.loop(), this::connect);
        }
    }

    private void connect() {
        if (!closed) {
            lastPacketNanos = now();
            watchIn(config.connectTimeout());
            input.start();
        }
    }

    /** This is the source that delivers now. */
    void goLive() {
        delivery.goLive();
    }

    /** Another source delivers now; this one stays connected. */
    void standAside(String reason) {
        delivery.standAside(reason);
        delivery.tracks(tracks);
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
        if (rate != null) {
            rate.cancel(false);
        }
        if (ticket != null) {
            ticket.release();
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
            boolean key = delivery.packets(packets, arrived(packets.readableBytes()));
            if (key) {
                owner.key(this);
            }
        }
    }

    @Override
    public void tracks(List<Track> now) {
        tracks = List.copyOf(now);
        Optional<String> refusal = TsTracks.refusal(tracks);
        if (refusal.isPresent()) {
            ended(info().remote() + ": " + refusal.get(), false);
            return;
        }
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
        boolean again = arrived(sample.data().readableBytes());
        if (fresh) {
            delivery.begin(again);
            delivery.tracks(tracks);
        }
        if (delivery.sample(sample)) {
            owner.key(this);
        }
    }

    /** Media has come; says whether it had come before without a break. */
    private boolean arrived(int bytes) {
        lastPacketNanos = now();
        floor.received(bytes);
        boolean again = delivered && !waiting;
        if (!delivered) {
            firstPacketNanos = lastPacketNanos;
            delivered = true;
            watchIn(config.stallTimeout());
            if (ticket != null) {
                ticket.release();
            }
            if (floor.isOn()) {
                long part = Math.max(1, config.stallTimeout().toMillis() / RateFloor.PARTS);
                rate = settings.loop().scheduleAtFixedRate(this::rate, part, part, TimeUnit.MILLISECONDS);
            }
            owner.delivers(this);
        }
        waiting = false;
        return again;
    }

    @Override
    public void noted(String note) {
        if (!closed) {
            delivery.noted(note);
        }
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

    private void rate() {
        if (floor.passed() && !waiting) {
            ended(info().remote() + ": below " + config.failover().minBitrate() + " bit/s for "
                    + shown(config.stallTimeout()), false);
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

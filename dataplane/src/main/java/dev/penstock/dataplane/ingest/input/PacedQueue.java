package dev.penstock.dataplane.ingest.input;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lets packets go at the speed of their PCR, or access units at that of their decoding times, and does other things in their turn. It has no bound of its own: who fills it looks at
 * {@link #pendingBytes}. One owner: the event loop given.
 */
public final class PacedQueue {
    /** Packets without PCR cannot be paced; given up after this many bytes. */
    private static final int MAX_WITHOUT_CLOCK = 1 << 20;

    private final EventLoop loop;
    private final Consumer<ByteBuf> out;
    private final Runnable noClock;
    private final PcrPacer pacer;
    private final Deque<Step> steps = new ArrayDeque<>();
    private @Nullable Future<?> timer;
    private boolean closed;
    private boolean draining;
    private long withoutClock;
    private long pendingBytes;

    private sealed interface Step {}

    private record Packets(ByteBuf packets) implements Step {}

    private record Timed(long ticks, ByteBuf data, Consumer<ByteBuf> go) implements Step {}

    private record Turn(Runnable action) implements Step {}

    /**
     * @param maxBehind who is later than this does not catch up, but goes on from then
     * @param out gets packets when they are due; ownership passes
     * @param noClock called when a MiB came without a PCR
     */
    public PacedQueue(EventLoop loop, Duration maxBehind, Consumer<ByteBuf> out, Runnable noClock) {
        this.loop = loop;
        this.out = out;
        this.noClock = noClock;
        this.pacer = new PcrPacer(maxBehind.toNanos());
    }

    /**
     * Packets wait for their time; {@link #drain} lets them go.
     *
     * @param packets whole packets; ownership passes to this call
     */
    public void packets(ByteBuf packets) {
        pendingBytes += packets.readableBytes();
        steps.add(new Packets(packets));
    }

    /**
     * An access unit waits for its time.
     *
     * @param ticks its decoding time, 90 kHz; of all that wait the largest so far counts
     * @param data ownership passes to this call
     * @param go gets the data when it is due; ownership passes
     */
    public void at(long ticks, ByteBuf data, Consumer<ByteBuf> go) {
        pendingBytes += data.readableBytes();
        steps.add(new Timed(ticks, data, go));
    }

    /** Something happens when all before it has gone. */
    public void then(Runnable action) {
        steps.add(new Turn(action));
    }

    /** What goes from now on has a clock of its own; called when it is its turn. */
    public void restart() {
        withoutClock = 0;
        pacer.restart();
    }

    /** How fast packets go: 1000 at the speed of their clock. */
    public void speed(int permille) {
        pacer.speed(permille);
    }

    /** True once a PCR was seen since the start or the last {@link #restart}. */
    public boolean hasClock() {
        return pacer.hasClock();
    }

    /** Bytes that wait. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /** Nothing goes any more: what waits is released. */
    public void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
        for (Step step : steps) {
            if (step instanceof Packets waiting) {
                waiting.packets().release();
            } else if (step instanceof Timed waiting) {
                waiting.data().release();
            }
        }
        steps.clear();
        pendingBytes = 0;
    }

    /** Does all that is due, and comes back by itself for the rest. */
    public void drain() {
        if (draining || timer != null) {
            return;
        }
        draining = true;
        while (!closed && timer == null && !steps.isEmpty()) {
            switch (steps.element()) {
                case Packets waiting -> let(waiting.packets());
                case Timed waiting -> let(waiting);
                case Turn turn -> {
                    steps.remove();
                    turn.action().run();
                }
            }
        }
        draining = false;
    }

    private void due() {
        timer = null;
        drain();
    }

    private void let(Timed waiting) {
        long now = loop.ticker().nanoTime();
        if (pacer.isDue(waiting.ticks(), now)) {
            pendingBytes -= waiting.data().readableBytes();
            steps.remove();
            waiting.go().accept(waiting.data());
        } else {
            timer = loop.schedule(this::due, Math.max(1, pacer.dueNanos() - now), TimeUnit.NANOSECONDS);
        }
    }

    /** Lets go what is due of the first buffer; where something is left, comes back when it is due. */
    private void let(ByteBuf packets) {
        long now = loop.ticker().nanoTime();
        int due = pacer.readable(packets, now);
        if (!pacer.hasClock()) {
            withoutClock += due;
            if (withoutClock > MAX_WITHOUT_CLOCK) {
                noClock.run();
                if (!closed) {
                    close();
                }
                return;
            }
        }
        pendingBytes -= due;
        if (due == packets.readableBytes()) {
            steps.remove();
            out.accept(packets);
            return;
        }
        timer = loop.schedule(this::due, Math.max(1, pacer.dueNanos() - now), TimeUnit.NANOSECONDS);
        if (due > 0) {
            out.accept(packets.readRetainedSlice(due));
        }
    }
}

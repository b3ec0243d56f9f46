package dev.penstock.dataplane.fanout;

import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

import io.netty.util.concurrent.Ticker;

/**
 * What the HTTP-TS viewers of one stream got and missed, through all runs of the stream. Written once per sweep or event, never
 * per packet; any thread. All bytes are those of whole packets of 188 bytes.
 */
public final class StreamCounts {
    private final Ticker ticker;
    private final InstantSource clock;
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private long viewers;
    /** Sum over the viewers that are there of when they came, so that the sum of their times needs no list of them. */
    private long cameNanos;
    private long endedNanos;

    /**
     * Begins at zero.
     *
     * @param ticker measures how long viewers stay
     * @param clock wall clock, for when they came
     */
    public StreamCounts(Ticker ticker, InstantSource clock) {
        this.ticker = ticker;
        this.clock = clock;
    }

    /** Bytes handed to viewers' connections. */
    public long sent() {
        return sent.sum();
    }

    /** Bytes that slow viewers missed: left out before the keyframe at which they go on, or not sent when they were cut off. */
    public long dropped() {
        return dropped.sum();
    }

    /** Viewers now. */
    public synchronized long viewers() {
        return viewers;
    }

    /** How long all viewers together have been connected, those of now included; nanoseconds. */
    public synchronized long connectedNanos() {
        return endedNanos + viewers * ticker.nanoTime() - cameNanos;
    }

    /** A viewer has come; the result is for {@link #left}. */
    synchronized long joined() {
        long now = ticker.nanoTime();
        viewers++;
        cameNanos += now;
        return now;
    }

    synchronized void left(long came) {
        viewers--;
        cameNanos -= came;
        endedNanos += ticker.nanoTime() - came;
    }

    long wallMs() {
        return clock.millis();
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    void dropped(long bytes) {
        dropped.add(bytes);
    }
}

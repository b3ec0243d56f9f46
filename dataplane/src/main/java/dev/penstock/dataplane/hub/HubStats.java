package dev.penstock.dataplane.hub;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;

/** Counters of one hub. Written by the hub's thread; every public method may be called by any thread. */
public final class HubStats {
    private static final long RATE_NANOS = 2_000_000_000L;

    private final Ticker ticker;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLong discontinuities = new AtomicLong();
    private final AtomicLong keyIntervalMs = new AtomicLong(-1);
    private final AtomicLong milliFrames = new AtomicLong();
    private final AtomicLong bitsPerSecond = new AtomicLong();
    private final AtomicLong lastPacketNanos = new AtomicLong();
    private final AtomicLong lastPacketMs = new AtomicLong(-1);
    private final AtomicReference<@Nullable SourceInfo> source = new AtomicReference<>();
    private final AtomicReference<List<Track>> tracks = new AtomicReference<>(List.of());
    private long rateStartNanos;
    private long rateBytes;

    HubStats(Ticker ticker) {
        this.ticker = ticker;
        this.rateStartNanos = ticker.nanoTime();
        this.lastPacketNanos.setPlain(rateStartNanos);
    }

    /** Bytes received from all sources. */
    public long bytes() {
        return bytes.getOpaque();
    }

    /** Faults found in what was received. */
    public long faults() {
        return faults.getOpaque();
    }

    /** Discontinuities handed on: changes of source, PCR jumps, changes of the program. */
    public long discontinuities() {
        return discontinuities.getOpaque();
    }

    /** Media time between the last two key access units, ms; -1 while unknown. */
    public long keyIntervalMs() {
        return keyIntervalMs.getOpaque();
    }

    /** Bits per second received, over about two seconds; 0 when nothing has come for that long. */
    public long bitsPerSecond() {
        return nanosSincePacket() > 2 * RATE_NANOS ? 0 : bitsPerSecond.getOpaque();
    }

    /** Wall clock of the last packet, ms since 1970; -1 before the first. */
    public long lastPacketMs() {
        return lastPacketMs.getOpaque();
    }

    /** Time since the last packet, or since the hub was made, nanoseconds. */
    public long nanosSincePacket() {
        return ticker.nanoTime() - lastPacketNanos.getOpaque();
    }

    /** The source that delivers now, null when none does. */
    public @Nullable SourceInfo source() {
        return source.get();
    }

    /** What the last source of access units announced; empty when there was none since the last source of packets. */
    public List<Track> tracks() {
        return tracks.get();
    }

    void received(int count, long wallMs) {
        long now = ticker.nanoTime();
        bytes.setOpaque(bytes.getPlain() + count);
        lastPacketNanos.setOpaque(now);
        lastPacketMs.setOpaque(wallMs);
        rateBytes += count;
        long elapsed = now - rateStartNanos;
        if (elapsed >= RATE_NANOS) {
            bitsPerSecond.setOpaque((long) (rateBytes * 8e9 / elapsed));
            rateStartNanos = now;
            rateBytes = 0;
        }
    }

    void fault() {
        faults.setOpaque(faults.getPlain() + 1);
    }

    void discontinuity() {
        discontinuities.setOpaque(discontinuities.getPlain() + 1);
    }

    /** Access units of video per second between the last two keys, of a source of access units; 0 while unknown. */
    public double frameRate() {
        return milliFrames.getOpaque() / 1000.0;
    }

    void frameRate(long framesPer1000Seconds) {
        milliFrames.setOpaque(framesPer1000Seconds);
    }

    void keyInterval(long ms) {
        keyIntervalMs.setOpaque(ms);
    }

    void tracks(List<Track> now) {
        tracks.set(List.copyOf(now));
    }

    void source(@Nullable SourceInfo now) {
        source.set(now);
    }
}

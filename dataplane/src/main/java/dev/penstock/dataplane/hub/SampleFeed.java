package dev.penstock.dataplane.hub;

import java.util.List;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.TsTracks;

/**
 * A source of access units: they go into a ring while the stream sleeps, and from there, a flush interval at a time, into a muxer
 * while it is awake. One thread.
 */
final class SampleFeed {
    private static final int MAX_WITHOUT_KEY = 300;
    private static final long AUDIO_INTERVAL = 45_000;

    private final ByteBufAllocator allocator;
    private final SampleRing ring;
    private List<Track> tracks = List.of();
    private int lead = -1;
    private boolean video;
    private boolean keySeen;
    private int withoutKey;
    private long lastStartDts = Long.MIN_VALUE;
    private long intervalMs = -1;
    private int frames;
    private long milliFrames;
    private @Nullable SampleMux mux;

    SampleFeed(ByteBufAllocator allocator, HubConfig config) {
        this.allocator = allocator;
        this.ring = new SampleRing(allocator, config);
    }

    /** Whether access units of tracks that can be served are expected, or were and may be asked for. */
    boolean active() {
        return lead >= 0;
    }

    /** Whether access units are muxed. */
    boolean awake() {
        return mux != null;
    }

    /** A source begins: what is known of the one before is forgotten. {@link #drain} first. */
    void begin() {
        ring.clear();
        tracks = List.of();
        lead = -1;
        mux = null;
        forgetKeys();
    }

    /**
     * What the access units that follow belong to. {@link #drain} first.
     *
     * @return why some are left out, one line each; all of them when {@link #active} is false then
     */
    List<String> tracks(List<Track> now) {
        if (now.equals(tracks)) {
            return List.of();
        }
        TsTracks plan = TsTracks.plan(now);
        boolean served = TsTracks.refusal(now).isEmpty();
        if (!served || plan.leadTrack() != lead) {
            forgetKeys();
        }
        // What is in the ring belongs to the tracks before, and the muxer begins with one list of tracks.
        ring.clear();
        tracks = List.copyOf(now);
        lead = served ? plan.leadTrack() : -1;
        video = plan.hasVideo();
        if (mux != null && served) {
            mux.tracks(tracks);
        }
        return plan.refused();
    }

    /** Whether an access unit is one that decoding can start at; asked once for each, before {@link #add}. */
    boolean starts(Sample sample) {
        if (sample.track() != lead) {
            return false;
        }
        frames++;
        long since = lastStartDts == Long.MIN_VALUE ? Long.MAX_VALUE : sample.dts() - lastStartDts;
        // Video without anything that looks like a key (intra refresh) builds up its picture wherever one joins.
        boolean key = sample.key() || (!keySeen && ++withoutKey >= MAX_WITHOUT_KEY);
        if (!key || (!video && since >= 0 && since < AUDIO_INTERVAL)) {
            return false;
        }
        keySeen |= sample.key();
        withoutKey = 0;
        intervalMs = since == Long.MAX_VALUE || since < 0 ? -1 : since / 90;
        milliFrames = video && intervalMs > 0 ? (frames - 1) * 90_000_000L / since : 0;
        frames = 1;
        lastStartDts = sample.dts();
        return true;
    }

    /** Media time between the last two that decoding can start at, ms; -1 while unknown. */
    long intervalMs() {
        return intervalMs;
    }

    /** Access units of video in 1,000 s, between those two; 0 while unknown. */
    long milliFrames() {
        return milliFrames;
    }

    /** Takes a copy of an access unit. */
    void add(Sample sample, boolean starts, long wallMs) {
        boolean forced = starts && !sample.key();
        ring.add(forced
                ? new Sample(sample.track(), sample.dts(), sample.pts(), true, sample.data())
                : sample, starts || (mux != null && ring.isEmpty()), wallMs);
    }

    /** Access units are muxed from now on, first those of the ring. */
    void wake(TsPath path) {
        if (mux == null) {
            mux = new SampleMux(allocator, path, tracks, lead);
        }
        drain();
    }

    /** Muxes what has come; nothing happens while the stream sleeps. */
    void drain() {
        if (mux != null && !ring.isEmpty()) {
            ring.drain(mux);
            mux.end();
        }
    }

    /** Access units stay in the ring from now on. {@link #drain} first. */
    void sleep() {
        mux = null;
    }

    /** Releases everything. */
    void close() {
        ring.clear();
        mux = null;
        lead = -1;
    }

    private void forgetKeys() {
        keySeen = false;
        withoutKey = 0;
        lastStartDts = Long.MIN_VALUE;
        intervalMs = -1;
        frames = 0;
    }
}

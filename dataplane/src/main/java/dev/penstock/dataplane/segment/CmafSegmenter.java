package dev.penstock.dataplane.segment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.fmp4.OutputTrack;

/**
 * Cuts the access units of a stream into CMAF segments and parts, a rendition for each track. The first video track, else the first
 * audio track, leads: {@link CutPlanner} says where it is cut, and the others are cut at their first access unit that is presented
 * then or later, with the same numbers. All are on one clock, that of presentation.
 *
 * <p>A rendition that brings nothing for as long as a segment may be is not waited for: its segment is a {@link CmafSegment#isGap
 * gap}. Access units that come later are put into the segment under way. Held until they are in a part: at most 96 MiB, or 20,000
 * access units of a rendition; beyond that, and when the leading track is silent for long, segments end at what is there.
 *
 * <p>Owned by the hub's event loop.
 */
public final class CmafSegmenter {
    private static final int MAX_BYTES = 96 << 20;
    private static final int MAX_SAMPLES = 20_000;
    private static final int MAX_WAITING_BYTES = 16 << 20;
    private static final int MAX_WAITING = 5_000;
    private static final int MAX_RENDITIONS = 9;
    private static final long HZ = 90_000;

    private final CmafConfig config;
    private final ByteBufAllocator allocator;
    private final CmafListener listener;
    private final CutPlanner planner;
    private final Sequences sequences;
    private final long stallMs;
    private final List<Follower> followers = new ArrayList<>();
    private final Map<Integer, Follower> byTrack = new HashMap<>();
    private List<Track> tracks = List.of();
    private @Nullable CmafCutter lead;
    private int leadTrack;
    private CmafSpan.@Nullable Run run;
    private long leadTime;
    private long keylessSince;
    private boolean keyless;
    private long wallMs;
    private long leadlessSinceMs;
    private boolean begun;
    private boolean discontinuityNext;
    private boolean rested;

    /** A track that is cut where the leading one is. */
    private record Follower(CmafCutter cutter, CmafQueue queue) {}

    /**
     * @param config durations
     * @param allocator for the bytes of parts
     * @param start wall clock now
     * @param last numbers known to have been used by an earlier run; this one goes on behind them, never back
     * @param listener hears of what is made
     */
    public CmafSegmenter(CmafConfig config, ByteBufAllocator allocator, Instant start, LastNumbers last,
            CmafListener listener) {
        this.config = config;
        this.allocator = allocator;
        this.listener = listener;
        this.planner = new CutPlanner(config.segments());
        this.sequences = new Sequences(start, last.media(), last.discontinuity());
        this.stallMs = 3000L * config.segments().targetSeconds();
    }

    /**
     * Tells the time at which what follows arrived; before the first access unit.
     *
     * @param epochMs ms since 1970
     */
    public void arrived(long epochMs) {
        wallMs = epochMs;
        if (run == null) {
            leadlessSinceMs = epochMs;
        } else if (epochMs - leadlessSinceMs > stallMs) {
            interrupted();
        }
    }

    /**
     * What the access units that follow belong to; a discontinuity when it is not what was told before.
     *
     * @param now video first, then audio
     */
    public void tracks(List<Track> now) {
        if (now.equals(tracks)) {
            return;
        }
        interrupted();
        tracks = List.copyOf(now);
        lead = null;
        followers.clear();
        byTrack.clear();
        int audio = 0;
        for (Track track : tracks) {
            boolean video = track.codec().isVideo();
            if (!served(track) || (video && lead != null) || followers.size() + 1 >= MAX_RENDITIONS) {
                continue;
            }
            String name = video ? "video" : audio++ == 0 ? "audio" : "audio" + audio;
            CmafCutter cutter = new CmafCutter(name, track, config, allocator, listener);
            if (lead == null) {
                lead = cutter;
                leadTrack = track.id();
            } else {
                Follower follower = new Follower(cutter, new CmafQueue());
                followers.add(follower);
                byTrack.put(track.id(), follower);
            }
        }
    }

    /** Whether it can be written, as far as is known before its first access unit. */
    private static boolean served(Track track) {
        return track.codec() == Codec.AC3 || track.codec() == Codec.MPEG_AUDIO
                || OutputTrack.of(track, Unpooled.EMPTY_BUFFER).isPresent();
    }

    /**
     * An access unit.
     *
     * @param sample of one of the tracks told last, else it is dropped; this call takes ownership of its data
     */
    public void sample(Sample sample) {
        CmafCutter leader = lead;
        Follower follower = byTrack.get(sample.track());
        if (leader != null && sample.track() == leadTrack) {
            lead(leader, sample);
        } else if (follower != null) {
            follow(follower, sample);
        } else {
            sample.data().release();
        }
    }

    /** The source is away: segments end at what is there; what follows is a discontinuity and begins at a key access unit. */
    public void interrupted() {
        CmafSpan.Run now = run;
        if (now != null) {
            long end = leadTime + Math.max(1, planner.usualFrame());
            if (lead != null) {
                lead.end(end);
            }
            for (Follower follower : followers) {
                drain(follower, now, end - 1);
                follower.cutter().end(end);
            }
            run = null;
            discontinuityNext = true;
        }
        followers.forEach(f -> f.queue().clear());
        planner.reset();
        keyless = false;
    }

    /** Nobody wants the stream: as {@link #interrupted}, and the next segment begins a new run of numbers. */
    public void asleep() {
        interrupted();
        rested = begun;
        discontinuityNext = begun;
        listener.asleep();
    }

    /** The stream is closed: segments end at what is there, nothing follows. */
    public void ended() {
        interrupted();
        listener.ended();
    }

    private void lead(CmafCutter leader, Sample sample) {
        leadlessSinceMs = wallMs;
        if (run != null) {
            CutPlanner.Decision decision = planner.decide(sample.dts(), sample.key());
            if (decision == CutPlanner.Decision.CUT) {
                CmafSpan span = span(sample, run);
                leader.cut(span);
                followers.forEach(f -> f.cutter().cut(span));
            } else if (decision == CutPlanner.Decision.DISCONTINUITY) {
                interrupted();
            }
        }
        CmafSpan.Run now = run;
        if (now == null) {
            if (!isStart(sample)) {
                sample.data().release();
                return;
            }
            now = begin(leader, sample);
        }
        leadTime = sample.dts() + now.shift();
        leader.add(sample, leadTime, wallMs);
        boolean full = isFull(leader);
        for (Follower follower : followers) {
            drain(follower, now, leadTime);
            follower.cutter().expire(leadTime, config.segments().maxTicks());
            full |= isFull(follower.cutter());
        }
        if (full) {
            interrupted();
        }
    }

    /** Whether a run may begin: at a key access unit, or, when none comes for long, at any: the stream has none, and is cut by time. */
    private boolean isStart(Sample sample) {
        if (!keyless) {
            keyless = true;
            keylessSince = sample.dts();
        }
        return sample.dts() >= 0
                && (sample.key() || sample.dts() - keylessSince > 2 * config.segments().maxTicks());
    }

    private CmafSpan.Run begin(CmafCutter leader, Sample sample) {
        begun = true;
        keyless = false;
        if (rested) {
            rested = false;
            sequences.resume(Instant.ofEpochMilli(wallMs));
        }
        if (discontinuityNext) {
            sequences.newDiscontinuity();
        }
        long shift = leader.video() ? Math.clamp(sample.pts() - sample.dts(), 0, 10 * HZ) : 0;
        CmafSpan.Run now = new CmafSpan.Run(sample.dts() + shift, wallMs, shift, discontinuityNext,
                sequences.discontinuity());
        run = now;
        discontinuityNext = false;
        CmafSpan first = span(sample, now);
        List<String> names = new ArrayList<>();
        names.add(leader.name());
        followers.forEach(f -> names.add(f.cutter().name()));
        listener.run(names);
        leader.begin(first);
        followers.forEach(f -> f.cutter().begin(first));
        return now;
    }

    private CmafSpan span(Sample sample, CmafSpan.Run now) {
        planner.start(sample.dts(), sample.key());
        return new CmafSpan(sequences.nextMedia(), sample.dts() + now.shift(), now);
    }

    private void follow(Follower follower, Sample sample) {
        CmafQueue queue = follower.queue();
        queue.add(sample, wallMs);
        CmafSpan.Run now = run;
        if (now != null) {
            drain(follower, now, leadTime);
        }
        long stall = stallMs * 90;
        if (now != null && (queue.bytes() > MAX_WAITING_BYTES || queue.size() > MAX_WAITING || queue.span() > stall)) {
            interrupted();
        } else if (now == null) {
            while (queue.bytes() > MAX_WAITING_BYTES || queue.size() > MAX_WAITING || queue.span() > stall) {
                queue.drop();
            }
        }
    }

    /** Hands on what is before a time: the leading track is not cut before that any more. */
    private void drain(Follower follower, CmafSpan.Run now, long time) {
        follower.queue().dropBefore(now.start());
        for (CmafQueue.Entry e = follower.queue().poll(time); e != null; e = follower.queue().poll(time)) {
            follower.cutter().add(e.sample(), e.sample().pts(), e.wallMs());
        }
    }

    private static boolean isFull(CmafCutter cutter) {
        return cutter.heldBytes() > MAX_BYTES || cutter.held() > MAX_SAMPLES;
    }
}

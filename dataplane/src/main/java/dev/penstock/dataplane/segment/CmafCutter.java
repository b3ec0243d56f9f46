package dev.penstock.dataplane.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.fmp4.Fragment;
import dev.penstock.dataplane.media.fmp4.FragmentSample;
import dev.penstock.dataplane.media.fmp4.FragmentWriter;
import dev.penstock.dataplane.media.fmp4.InitWriter;
import dev.penstock.dataplane.media.fmp4.OutputTrack;

/**
 * Makes the segments and parts of one rendition: its access units go into the spans that they begin in. Holds the access units of the
 * part that is under way. One thread.
 */
final class CmafCutter {
    /** Audio is stretched over holes up to this, in fractions of a second; over longer ones where that hurts nobody. */
    private static final int STRETCH = 4;
    private static final long MOST_COMPOSITION = 60L * OutputTrack.VIDEO_TIMESCALE;
    private static final int RATE_FRAMES = 10;

    private final String name;
    private final Track source;
    private final CmafConfig config;
    private final ByteBufAllocator allocator;
    private final CmafListener listener;
    private final ArrayDeque<CmafSpan> later = new ArrayDeque<>();
    private final List<FragmentSample> part = new ArrayList<>();
    private final List<CmafPart> parts = new ArrayList<>();
    private @Nullable Made made;
    private @Nullable CmafSpan span;
    private @Nullable Pending pending;
    private boolean initTold;
    private long firstTold = -1;
    private long number;
    private long partStart;
    private long partTicks;
    private long partWallMs;
    private int heldBytes;
    private int bytes;
    private long rateFrom;
    private int rateFrames;
    private double rate;

    /** What is known once the track is. */
    private record Made(OutputTrack track, CmafClock clock, String init, byte[] initBytes, long partLimit) {}

    /** An access unit whose duration is not known yet; owns its data. */
    private record Pending(Sample sample, long ticks, long wallMs) {}

    CmafCutter(String name, Track source, CmafConfig config, ByteBufAllocator allocator, CmafListener listener) {
        this.name = name;
        this.source = source;
        this.config = config;
        this.allocator = allocator;
        this.listener = listener;
    }

    String name() {
        return name;
    }

    boolean video() {
        return source.codec().isVideo();
    }

    /** Bytes of access units that are held. */
    int heldBytes() {
        return heldBytes;
    }

    /** Access units that are held. */
    int held() {
        return part.size();
    }

    /** A run begins with its first span; the one before was finished. */
    void begin(CmafSpan first) {
        span = first;
        initTold = false;
        firstTold = -1;
        rateFrames = 0;
        Made known = made;
        if (known != null) {
            known.clock().begin(video() ? first.run().shift() : 0);
        }
    }

    /** A span begins; access units of earlier ones may still come. */
    void cut(CmafSpan next) {
        later.add(next);
    }

    /**
     * The next access unit, during a run.
     *
     * @param sample ownership passes to this call
     * @param time when it is decoded, on the clock of spans
     */
    void add(Sample sample, long time, long wallMs) {
        Made known = known(sample);
        if (known == null) {
            sample.data().release();
            return;
        }
        long ticks = known.clock().next(sample);
        boolean crosses = !later.isEmpty() && time >= later.getFirst().start();
        flush(known, ticks, crosses);
        while (!later.isEmpty() && time >= later.getFirst().start()) {
            finish(later.getFirst().start());
        }
        pending = new Pending(sample, ticks, wallMs);
        heldBytes += sample.data().readableBytes();
    }

    /** Ends spans that are over for longer than this rendition is waited for. */
    void expire(long time, long waitTicks) {
        while (!later.isEmpty() && time - later.getFirst().start() >= waitTicks) {
            finish(later.getFirst().start());
        }
    }

    /** Ends the run at what is there. */
    void end(long time) {
        while (!later.isEmpty()) {
            finish(later.getFirst().start());
        }
        if (span != null) {
            finish(time);
        }
    }

    private @Nullable Made known(Sample sample) {
        Made known = made;
        if (known == null) {
            OutputTrack track = OutputTrack.of(source, sample.data()).orElse(null);
            if (track == null) {
                return null;
            }
            byte[] init = InitWriter.write(track);
            long limit = config.partTarget().map(t -> t.toMillis() * track.timescale() / 1000).orElse(0L);
            known = new Made(track, new CmafClock(track), id(init), init, limit);
            known.clock().begin(video() && span != null ? span.run().shift() : 0);
            made = known;
        }
        return known;
    }

    private static String id(byte[] init) {
        CRC32 crc = new CRC32();
        crc.update(init);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** Puts the access unit whose duration is told by the next one into a part. */
    private void flush(Made known, long nextTicks, boolean crosses) {
        Pending unit = pending;
        if (unit == null) {
            return;
        }
        pending = null;
        long duration = nextTicks - unit.ticks();
        boolean hole = !video() && duration > known.track().timescale() / STRETCH
                && (crosses || known.partLimit() > 0);
        if (hole) {
            append(known, unit, known.clock().usual());
            if (!crosses && !part.isEmpty()) {
                close(known, false);
            }
        } else {
            known.clock().learn(duration);
            append(known, unit, duration);
        }
    }

    private void append(Made known, Pending unit, long duration) {
        Sample sample = unit.sample();
        boolean key = sample.key() || !video();
        long limit = known.partLimit();
        boolean enough = partTicks * 100 >= limit * 85;
        if (limit > 0 && !part.isEmpty()
                && (partTicks + duration > limit || (sample.key() && video() && enough))) {
            close(known, false);
        }
        if (part.isEmpty()) {
            partStart = unit.ticks();
            partWallMs = unit.wallMs();
        }
        long composition = video() ? sample.pts() - unit.ticks() : 0;
        part.add(new FragmentSample(duration,
                (int) Math.clamp(composition, -MOST_COMPOSITION, MOST_COMPOSITION), key, sample.data()));
        partTicks += duration;
        measure(unit.ticks());
        if (limit > 0 && partTicks + duration > limit && partTicks * 100 >= limit * 85) {
            close(known, false);
        }
    }

    private void measure(long ticks) {
        if (rateFrames == 0) {
            rateFrom = ticks;
        } else if (rateFrames >= RATE_FRAMES && rate == 0) {
            rate = Math.round(rateFrames * 1000.0 * OutputTrack.VIDEO_TIMESCALE / (ticks - rateFrom)) / 1000.0;
        }
        rateFrames++;
    }

    private void close(Made known, boolean last) {
        OptionalLong producer = config.producerTimes() ? OptionalLong.of(partWallMs) : OptionalLong.empty();
        ByteBuf made = FragmentWriter.write(new Fragment(++number, partStart, parts.isEmpty(), producer, part),
                allocator);
        parts.add(new CmafPart(partStart, partTicks, part.getFirst().key(), made.readableBytes()));
        bytes += made.readableBytes();
        for (FragmentSample sample : part) {
            heldBytes -= sample.data().readableBytes();
            sample.data().release();
        }
        part.clear();
        partTicks = 0;
        tell(known, last, made);
    }

    /** Ends the segment under way, which ends at a time unless its last access unit says otherwise. */
    private void finish(long time) {
        Made known = made;
        if (known != null) {
            Pending unit = pending;
            if (unit != null) {
                pending = null;
                append(known, unit, known.clock().usual());
            }
            if (!part.isEmpty()) {
                close(known, true);
            } else if (!parts.isEmpty()) {
                tell(known, true, null);
            } else if (span != null) {
                gap(known, span, time);
            }
        }
        parts.clear();
        bytes = 0;
        span = later.poll();
    }

    private void tell(Made known, boolean complete, @Nullable ByteBuf part) {
        CmafSpan in = span;
        if (in == null) {
            throw new IllegalStateException("no span (expected: a part belongs to one)");
        }
        announce(known);
        CmafPart first = parts.getFirst();
        CmafPart last = parts.getLast();
        long ticks = last.startTicks() + last.durationTicks() - first.startTicks();
        listener.segment(name, new CmafSegment(in.sequence(), in.run().discontinuitySequence(), breaks(in),
                first.independent(), in.epochMs(known.clock().time(first.startTicks())), first.startTicks(), ticks,
                known.track().timescale(), bytes, known.init(), info(known.track()), parts, complete), part);
    }

    /** Nothing came for a whole span. */
    private void gap(Made known, CmafSpan in, long end) {
        announce(known);
        long start = known.clock().ticks(in.start());
        long ticks = Math.max(1, known.clock().ticks(end) - start);
        listener.segment(name, new CmafSegment(in.sequence(), in.run().discontinuitySequence(), breaks(in), true,
                in.epochMs(in.start()), start, ticks, known.track().timescale(), 0, known.init(),
                info(known.track()), List.of(), true), null);
    }

    /** What comes before the first segment of a run. */
    private void announce(Made known) {
        if (!initTold) {
            initTold = true;
            listener.init(name, known.init(), known.initBytes());
        }
    }

    /** Whether the first segment of a run is told, or one after it: the first of this rendition need not be that of the run. */
    private boolean breaks(CmafSpan in) {
        long first = firstTold;
        firstTold = first < 0 ? in.sequence() : first;
        return firstTold == in.sequence() && in.run().discontinuity();
    }

    private CmafTrackInfo info(OutputTrack track) {
        double frames = !video() ? 0 : track.frameRate() > 0 ? track.frameRate() : rate;
        return new CmafTrackInfo(track.codecs(), track.width(), track.height(), frames, track.sampleRate(),
                track.channels());
    }
}

package dev.penstock.dataplane.dash;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafPart;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * A window of video at 25 frames/s and AAC at 48 kHz, whose segments grow when the test says so; audio is cut at whole frames, as a
 * segmenter cuts it. The bytes of a part are {@code {rendition}-{sequence}.{part};}. One thread.
 */
public class FakeCmafWindow implements CmafWindow {
    public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    public static final CmafConfig LOW_LATENCY = new CmafConfig(
            SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(24)),
            Optional.of(Duration.ofMillis(500)), true);
    private static final int AAC_FRAME = 1024;

    private final CmafConfig config;
    private final TreeMap<Long, Open> kept = new TreeMap<>();
    private final List<Consumer<CmafView>> listeners = new CopyOnWriteArrayList<>();
    private CmafTrackInfo video = new CmafTrackInfo("avc1.64001f", 1280, 720, 25, 0, 0);
    private String init = "a1";
    private boolean withAudio = true;
    private long sequence = 217_641_600;
    private long discontinuity = 217_641_600;
    private boolean discontinuous;
    private long runEpochMs = START.toEpochMilli();
    private long runTicks = 900_000;
    private long videoTicks = runTicks;
    private long audioTicks = runTicks * 48 / 90 + 500;
    private long bytes = 1000;
    private long version;
    private boolean ended;
    private int touched;
    private int wanted;
    private CmafView made = CmafView.EMPTY;

    private static final class Open {
        private final List<CmafPart> video = new ArrayList<>();
        private final List<CmafPart> audio = new ArrayList<>();
        private final CmafSegment about;
        private final CmafSegment audioAbout;
        private boolean complete;

        Open(CmafSegment about, CmafSegment audioAbout) {
            this.about = about;
            this.audioAbout = audioAbout;
        }

        CmafSegment segment(boolean ofVideo) {
            List<CmafPart> parts = ofVideo ? video : audio;
            CmafSegment a = ofVideo ? about : audioAbout;
            return new CmafSegment(a.sequence(), a.discontinuitySequence(), a.discontinuity(), a.independent(),
                    a.startEpochMs(), a.startTicks(), parts.stream().mapToLong(CmafPart::durationTicks).sum(),
                    a.timescale(), parts.stream().mapToInt(CmafPart::bytes).sum(), a.init(), a.info(), parts, complete);
        }
    }

    public FakeCmafWindow(CmafConfig config) {
        this.config = config;
    }

    /** Video from now on. */
    public void video(CmafTrackInfo info, String initId) {
        video = info;
        init = initId;
    }

    /** No audio from now on. */
    public void withoutAudio() {
        withAudio = false;
    }

    /** Bytes of a part of video. */
    public void partBytes(long count) {
        bytes = count;
    }

    /** Grows the segment under way, or begins one, by parts of so many 90 kHz ticks of video. */
    public void part(long... ticks) {
        for (long each : ticks) {
            Open open = kept.isEmpty() || kept.lastEntry().getValue().complete ? begin() : kept.lastEntry().getValue();
            open.video.add(new CmafPart(videoTicks, each, open.video.isEmpty(), Math.toIntExact(bytes)));
            videoTicks += each;
            long until = (videoTicks - runTicks) * 48 / 90 + runTicks * 48 / 90;
            long frames = Math.max(0, Math.ceilDiv(until - audioTicks, AAC_FRAME));
            open.audio.add(new CmafPart(audioTicks, frames * AAC_FRAME, true, Math.toIntExact(frames * 170)));
            audioTicks += frames * AAC_FRAME;
            changed();
        }
    }

    private Open begin() {
        long number = sequence++;
        Open open = new Open(
                new CmafSegment(number, discontinuity, discontinuous, true, epochMs(videoTicks, 90), videoTicks, 0,
                        90_000,
                        0, init, video, List.of(), false),
                new CmafSegment(number, discontinuity, discontinuous, true, epochMs(audioTicks * 90 / 48, 90),
                        audioTicks, 0,
                        48_000, 0, "b1", new CmafTrackInfo("mp4a.40.2", 0, 0, 0, 48_000, 2), List.of(), false));
        discontinuous = false;
        kept.put(number, open);
        return open;
    }

    private long epochMs(long ticks, int perMs) {
        return runEpochMs + Math.floorDiv(ticks - runTicks, perMs);
    }

    /** The segment under way is complete. */
    public void finish() {
        kept.lastEntry().getValue().complete = true;
        while (seconds(kept.firstKey()) > config.segments().window().toSeconds()) {
            kept.pollFirstEntry();
        }
        changed();
    }

    private double seconds(long from) {
        return kept.tailMap(from, false).values().stream().mapToDouble(open -> open.segment(true).seconds()).sum();
    }

    /** A complete segment of so many ticks of video, in parts of half a second; one under way ends before. */
    public void segment(long ticks) {
        if (!kept.isEmpty() && !kept.lastEntry().getValue().complete) {
            finish();
        }
        for (long left = ticks; left > 0; left -= 45_000) {
            part(Math.min(left, 45_000));
        }
        finish();
    }

    public void segments(int count, long ticks) {
        for (int i = 0; i < count; i++) {
            segment(ticks);
        }
    }

    /** What follows is not continuous: its clock starts anew after a gap on the wall clock. */
    public void discontinuity(Duration gap) {
        discontinuity++;
        discontinuous = true;
        runEpochMs = now().plus(gap).toEpochMilli();
        runTicks = 5_000_000;
        videoTicks = runTicks;
        audioTicks = runTicks * 48 / 90 + 100;
    }

    public void end() {
        ended = true;
        changed();
    }

    /** The stream is at rest: nothing is kept. */
    public void clear() {
        kept.clear();
        changed();
    }

    /** Wall clock at the end of the newest sample. */
    public Instant now() {
        return Instant.ofEpochMilli(epochMs(videoTicks, 90));
    }

    public long nextSequence() {
        return sequence;
    }

    public int listeners() {
        return listeners.size();
    }

    public int touched() {
        return touched;
    }

    private void changed() {
        version++;
        CmafView view = view();
        listeners.forEach(listener -> listener.accept(view));
    }

    @Override
    public CmafConfig config() {
        return config;
    }

    @Override
    public void touch() {
        touched++;
    }

    @Override
    public Runnable want() {
        wanted++;
        AtomicBoolean over = new AtomicBoolean();
        return () -> wanted -= over.compareAndSet(false, true) ? 1 : 0;
    }

    public int wanted() {
        return wanted;
    }

    @Override
    public CmafView view() {
        if (isOld()) {
            made = make();
        }
        return made;
    }

    private boolean isOld() {
        return made.version() != version || made.renditions().isEmpty();
    }

    private CmafView make() {
        if (kept.isEmpty()) {
            return new CmafView(version, List.of(), ended);
        }
        List<CmafRendition> renditions = new ArrayList<>();
        renditions.add(new CmafRendition("video", true, kept.values().stream().map(o -> o.segment(true)).toList()));
        if (withAudio) {
            renditions
                    .add(new CmafRendition("audio", false, kept.values().stream().map(o -> o.segment(false)).toList()));
        }
        return new CmafView(version, renditions, ended);
    }

    @Override
    public Runnable onChange(Consumer<CmafView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<ByteBuf> init(String rendition, String id) {
        return Optional.empty();
    }

    @Override
    public Optional<ByteBuf> segment(String rendition, long number) {
        return kept.containsKey(number) && kept.get(number).complete
                ? Optional.of(Unpooled.copiedBuffer(rendition + "-" + number, StandardCharsets.US_ASCII))
                : Optional.empty();
    }

    @Override
    public Optional<ByteBuf> part(String rendition, long number, int part) {
        Open open = kept.get(number);
        return open == null || part >= open.video.size()
                ? Optional.empty()
                : Optional.of(
                        Unpooled.copiedBuffer(rendition + "-" + number + "." + part + ";", StandardCharsets.US_ASCII));
    }
}

package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.TsMaker;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class TsSegmenterTest {
    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private boolean ended;

    private TsSegmenter start(SegmentConfig config) {
        TsSegmenter segmenter = new TsSegmenter(config, fixture.loopChannel.alloc(), fixture.now());
        segmenter.listen(new SegmentListener() {
            @Override
            public void finished(Segment segment) {
                segments.add(segment.retain());
            }

            @Override
            public void ended() {
                ended = true;
            }
        });
        fixture.hub.listen(new ChunkListener() {
            @Override
            public void chunk(Chunk chunk) {
                chunks.add(chunk.retain());
            }
        }, false);
        fixture.hub.listen(segmenter, false);
        fixture.hub.begin(SOURCE);
        return segmenter;
    }

    private void feed(List<byte[]> packets) {
        fixture.feed(packets);
        fixture.pass(Duration.ofMillis(40));
    }

    /** Frames of 25 fps with audio interleaved, packet by packet; an audio PES each 5 frames. */
    private void video(TsMaker ts, int from, int count, int gop, int audioTracks) {
        for (int i = from; i < from + count; i++) {
            List<byte[]> packets = ts.frame(i, (i - from) % gop == 0, 3000);
            for (int track = 0; track < audioTracks; track++) {
                if (i % 5 == 2 * track) {
                    List<byte[]> audio = ts.audio(track, 90_000 + i * TsMaker.FRAME, 2000);
                    List<byte[]> next = ts.frame(++i, (i - from) % gop == 0, 3000);
                    packets = new ArrayList<>(packets);
                    packets.addAll(audio.subList(0, 3));
                    packets.addAll(TsMaker.interleave(next, audio.subList(3, audio.size())));
                }
            }
            if (i % 10 < 2) {
                packets = new ArrayList<>(packets);
                packets.addAll(ts.psi());
                packets.add(ts.stuffing());
            }
            feed(packets);
        }
    }

    private List<Double> durations() {
        return segments.stream().map(s -> s.info().seconds()).toList();
    }

    @AfterEach
    void shouldReleaseEverything() {
        fixture.hub.close();
        assertThat(ended).isTrue();
        segments.forEach(s -> assertThat(s.refCnt()).isEqualTo(1));
        segments.forEach(Segment::release);
        for (Chunk chunk : chunks) {
            assertThat(chunk.refCnt()).isEqualTo(1);
            assertThat(chunk.data().refCnt()).isEqualTo(1);
            chunk.release();
        }
    }

    @Test
    void shouldCutAtKeyframesAtMaxAndAtTheNextKeyframe() {
        TsMaker ts = new TsMaker(true, 1);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 100, 50, 1);
        video(ts, 100, 400, 200, 1);
        video(ts, 500, 101, 50, 1);
        fixture.hub.end("done");
        assertThat(durations()).containsExactly(2.0, 2.0, 4.0, 4.0, 4.0, 4.0, 2.0, 2.0, 0.08);
        assertThat(segments).extracting(s -> s.info().independent()).containsExactly(true, true, true, false, true,
                false,
                true, true, true);
        assertThat(segments).noneMatch(s -> s.info().discontinuity());
        new SegmentCheck(TsMaker.VIDEO_PID).check(segments);
        long first = segments.getFirst().info().startEpochMs();
        assertThat(segments).extracting(s -> s.info().startEpochMs() - first).containsExactly(0L, 2000L, 4000L, 8000L,
                12_000L, 16_000L, 20_000L, 22_000L, 24_000L);
    }

    @Test
    void shouldKeepPesWholeWithTwoAudioTracks() {
        TsMaker ts = new TsMaker(true, 2);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 500, 25, 2);
        fixture.hub.end("done");
        assertThat(segments).hasSize(10);
        new SegmentCheck(TsMaker.VIDEO_PID).check(segments);
    }

    @Test
    void shouldLoseNoPacketButTables() {
        TsMaker ts = new TsMaker(true, 2);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 300, 25, 2);
        fixture.hub.end("done");
        long tables = chunks.stream().mapToLong(Chunk::tableCount).sum();
        long in = chunks.stream().mapToLong(Chunk::bytes).sum();
        long out = segments.stream().mapToLong(s -> s.info().bytes()).sum();
        long marks = 3; // one a PID at the start of the run
        assertThat(out).isEqualTo(in - tables * 188 + segments.size() * 2L * 188 + marks * 188);
    }

    @Test
    void shouldMeasureByDecodingTimesWhenThereAreBFrames() {
        TsMaker ts = new TsMaker(true, 0);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        int[] reorder = {3, 1, 2};
        for (int i = 0; i < 151; i++) {
            long dts = 90_000 + i * TsMaker.FRAME;
            feed(ts.video(dts + (i % 50 == 0 ? 2 : reorder[i % 3]) * TsMaker.FRAME, dts, i % 50 == 0, 2000));
        }
        fixture.pass(Duration.ofMillis(50));
        assertThat(durations()).containsExactly(2.0, 2.0, 2.0);
        new SegmentCheck(TsMaker.VIDEO_PID).check(segments);
    }

    @Test
    void shouldGoOnWhenTheClockWraps() {
        TsMaker ts = new TsMaker(true, 0);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        for (int i = 0; i < 151; i++) {
            long dts = (1L << 33) - 75 * TsMaker.FRAME + i * TsMaker.FRAME;
            feed(ts.video(dts + TsMaker.FRAME, dts, i % 50 == 0, 2000));
        }
        fixture.pass(Duration.ofMillis(50));
        assertThat(durations()).containsExactly(2.0, 2.0, 2.0);
        assertThat(segments).noneMatch(s -> s.info().discontinuity());
    }

    @Test
    void shouldCutAudioOnlyByTime() {
        TsMaker ts = new TsMaker(false, 1);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        for (int i = 0; i < 101; i++) {
            feed(ts.audio(0, 90_000 + i * 5400L, 700));
        }
        assertThat(durations()).hasSize(3).allSatisfy(d -> assertThat(d).isBetween(1.97, 2.03));
        assertThat(segments).allMatch(s -> s.info().independent());
        new SegmentCheck(TsMaker.AUDIO_PID).check(segments);
    }

    @Test
    void shouldCloseSegmentAtDiscontinuityAndNumberIt() {
        TsMaker ts = new TsMaker(true, 1);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 60, 25, 1);
        fixture.hub.end("unplugged");
        assertThat(segments).hasSize(2);
        fixture.pass(Duration.ofSeconds(30));
        fixture.hub.begin(SOURCE);
        TsMaker second = new TsMaker(true, 1);
        feed(second.psi());
        video(second, 7000, 75, 25, 1);
        long secondsSince2020 = fixture.now().getEpochSecond() - 1_577_836_800L;
        assertThat(segments).extracting(s -> s.info().discontinuity()).containsExactly(false, false, true);
        assertThat(durations().get(1)).isCloseTo(0.4, org.assertj.core.api.Assertions.within(0.05));
        assertThat(segments.getFirst().info().sequence()).isBetween(secondsSince2020 - 60, secondsSince2020);
        long dseq = segments.getFirst().info().discontinuitySequence();
        assertThat(segments.getLast().info().discontinuitySequence()).isEqualTo(dseq + 1);
        assertThat(segments.getLast().info().startEpochMs())
                .isGreaterThan(segments.getFirst().info().startEpochMs() + 30_000);
        new SegmentCheck(TsMaker.VIDEO_PID).check(segments);
        assertThat(segments).extracting(TsSegmenterTest::marks).as("announced jumps of counters").containsExactly(2L,
                0L, 2L);
    }

    private static long marks(Segment segment) {
        return IntStream.range(0, segment.info().bytes() / 188)
                .filter(i -> SegmentCheck.isMark(segment.content(), i * 188))
                .count();
    }

    @Test
    void shouldTreatHoleInMediaAsDiscontinuitySoThatNoDurationExceedsTheTarget() {
        TsMaker ts = new TsMaker(true, 0);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 30, 50, 0);
        video(ts, 30 + 24, 25, 25, 0);
        video(ts, 30 + 24 + 25 + 110, 100, 50, 0);
        assertThat(segments).allSatisfy(s -> assertThat(Math.round(s.info().seconds())).isLessThanOrEqualTo(4));
        assertThat(segments).extracting(s -> s.info().discontinuity()).contains(true);
    }

    @Test
    void shouldNeverExceedMaxAtLowFrameRates() {
        TsMaker ts = new TsMaker(true, 0);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        for (int i = 0; i < 40; i++) {
            long dts = 90_000 + i * 117_000L;
            feed(ts.video(dts, dts, i % 9 == 0, 500));
        }
        assertThat(durations()).allSatisfy(d -> assertThat(d).isLessThanOrEqualTo(4.0)).contains(3.9);
    }

    @Test
    void shouldEndSegmentThatGrowsWithoutAccessUnits() {
        TsMaker ts = new TsMaker(true, 1);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        video(ts, 0, 10, 50, 0);
        for (int i = 0; i < 400; i++) {
            feed(ts.audio(0, 90_000 + i * TsMaker.FRAME, 500));
        }
        assertThat(segments).hasSize(1);
        assertThat(segments.getFirst().info().seconds()).isEqualTo(0.4);
    }

    @Test
    void shouldCutByTimeWhenNothingLooksLikeAKeyframe() {
        TsMaker ts = new TsMaker(true, 1);
        start(SegmentConfig.DEFAULT);
        feed(ts.psi());
        for (int i = 0; i < 512; i++) {
            feed(ts.frame(i, false, 500));
        }
        fixture.pass(Duration.ofMillis(50));
        assertThat(durations()).containsExactly(4.0, 4.0);
        assertThat(segments).noneMatch(s -> s.info().independent());
    }
}

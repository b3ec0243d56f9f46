package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.fmp4.Fmp4Events;
import dev.penstock.dataplane.media.fmp4.Fmp4Reader;
import dev.penstock.dataplane.media.ts.SampleFixtures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CmafSegmenterTest {
    private static final long WALL = 1_795_000_000_000L;
    private static final List<Track> TRACKS = SampleFixtures.of("h264-aac.ts").tracks();
    private static final Track VIDEO = TRACKS.get(0);
    private static final Track AUDIO = TRACKS.get(1);
    private static final double AAC_TICKS = 1024 * 90_000.0 / 44_100;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<Sample> given = new ArrayList<>();
    private CmafHeard heard = new CmafHeard();
    private CmafSegmenter segmenter;

    private CmafSegmenter start(Duration partTarget, List<Track> tracks) {
        heard = new CmafHeard();
        CmafConfig config = new CmafConfig(SegmentConfig.DEFAULT, Optional.ofNullable(partTarget), true);
        segmenter = new CmafSegmenter(config, allocator, Instant.ofEpochMilli(WALL), LastNumbers.NONE, heard);
        segmenter.arrived(WALL);
        segmenter.tracks(tracks);
        return segmenter;
    }

    private void give(Track track, long dts, long pts, boolean key) {
        ByteBuf data = Unpooled.buffer(24).writeInt(20).writeLong(given.size()).writeZero(12);
        Sample sample = new Sample(track.id(), dts, pts, key, data);
        given.add(sample);
        segmenter.sample(sample);
    }

    /** Frames of 25 per second from a second on, and audio that is as far in time. */
    private void play(double from, double to, int gop) {
        long audio = 0;
        for (int i = (int) (from * 25); i < to * 25; i++) {
            long dts = 90_000 + i * 3600L;
            give(VIDEO, dts, dts + 3600, i % gop == 0);
            while (Math.round(audio * AAC_TICKS) + 90_000 < dts + 3600) {
                long at = Math.round(audio++ * AAC_TICKS) + 90_000;
                if (at >= 90_000 + from * 90_000) {
                    give(AUDIO, at, at, true);
                }
            }
        }
    }

    private void check() {
        assertThat(given).allMatch(s -> s.data().refCnt() == 0);
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void shouldCutAllRenditionsAtTheSameTimes() {
        start(null, TRACKS);
        play(0, 20, 50);
        segmenter.ended();
        check();
        assertThat(heard.runs).containsExactly(List.of("video", "audio"));
        List<CmafSegment> video = heard.of("video");
        List<CmafSegment> audio = heard.of("audio");
        assertThat(video).hasSize(10).allMatch(s -> s.durationTicks() == 180_000 && s.independent() && s.complete());
        assertThat(video).allMatch(s -> s.parts().size() == 1 && s.timescale() == 90_000);
        assertThat(video.getFirst().startTicks()).as("presentation").isEqualTo(93_600);
        assertThat(video.getFirst().startEpochMs()).isEqualTo(WALL);
        assertThat(video.getFirst().info()).isEqualTo(new CmafTrackInfo("avc1.64000B", 160, 90, 25, 0, 0));
        assertThat(audio).extracting(CmafSegment::sequence)
                .isEqualTo(video.stream().map(CmafSegment::sequence).toList());
        assertThat(audio.getFirst().info()).isEqualTo(new CmafTrackInfo("mp4a.40.2", 0, 0, 0, 44_100, 1));
        for (int i = 0; i < 10; i++) {
            double late = audio.get(i).startTicks() / 44_100.0 - video.get(i).startTicks() / 90_000.0;
            assertThat(late).isBetween(-0.0001, 1024 / 44_100.0);
            assertThat(audio.get(i).startEpochMs() - video.get(i).startEpochMs()).isCloseTo((long) (late * 1000),
                    within(1L));
            assertThat(video.get(i).startEpochMs()).isEqualTo(WALL + 2000 * i);
        }
    }

    @Test
    void shouldMakePartsThatAreNeverLongerThanTheirTarget() {
        start(Duration.ofMillis(500), TRACKS);
        play(0, 8.5, 50);
        assertThat(heard.of("video").getLast().complete()).isFalse();
        assertThat(heard.of("video").getLast().parts()).hasSize(1);
        assertThat(heard.of("video").getFirst().parts()).extracting(CmafPart::durationTicks)
                .containsExactly(43_200L, 43_200L, 43_200L, 43_200L, 7200L);
        assertThat(heard.of("video").getFirst().parts()).extracting(CmafPart::independent)
                .containsExactly(true, false, false, false, false);
        assertThat(heard.of("audio").getFirst().parts()).allMatch(p -> p.durationTicks() <= 22_050);
        segmenter.ended();
        check();
    }

    @Test
    void shouldBeginPartsWithKeyAccessUnits() {
        start(Duration.ofMillis(500), TRACKS);
        play(0, 4, 11);
        segmenter.ended();
        check();
        assertThat(heard.of("video").getFirst().parts()).extracting(p -> p.durationTicks() / 3600)
                .startsWith(11L, 11L, 11L);
        assertThat(heard.of("video").getFirst().parts()).allMatch(CmafPart::independent);
    }

    @Test
    void shouldMarkWhatFollowsAnInterruption() {
        start(Duration.ofMillis(500), TRACKS);
        play(0, 3, 50);
        segmenter.interrupted();
        segmenter.arrived(WALL + 60_000);
        play(100.02, 104, 50);
        segmenter.asleep();
        assertThat(heard.asleep).isTrue();
        segmenter.arrived(WALL + 3_600_000);
        play(200, 203, 50);
        segmenter.ended();
        check();
        assertThat(heard.runs).hasSize(3);
        for (String rendition : List.of("video", "audio")) {
            List<CmafSegment> all = heard.of(rendition);
            assertThat(all).extracting(CmafSegment::discontinuity).containsExactly(false, false, true, false, true,
                    false);
            assertThat(all.get(2).sequence()).isEqualTo(all.get(1).sequence() + 1);
            assertThat(all.get(2).discontinuitySequence()).isEqualTo(all.get(1).discontinuitySequence() + 1);
            assertThat(all.get(4).sequence()).isEqualTo(WALL / 1000 + 3600 - 1_577_836_800L);
            assertThat(all.get(2).startEpochMs()).isCloseTo(WALL + 60_000, within(30L));
        }
    }

    @Test
    void shouldNameAnotherInitWhenTheConfigurationChanges() {
        start(null, TRACKS);
        play(0, 2.4, 50);
        Track other = SampleFixtures.of("h264-ntsc-320.ts").tracks().get(0);
        segmenter.tracks(List.of(new Track(VIDEO.id(), other.codec(), other.config()), AUDIO));
        play(4, 6.4, 50);
        segmenter.ended();
        check();
        List<CmafSegment> video = heard.of("video");
        assertThat(video).extracting(s -> s.info().width()).containsExactly(160, 160, 320, 320);
        assertThat(video).extracting(CmafSegment::discontinuity).containsExactly(false, false, true, false);
        assertThat(video.get(0).init()).matches("[0-9a-f]{8}").isNotEqualTo(video.get(2).init());
        assertThat(heard.of("audio")).extracting(CmafSegment::init).containsOnly(heard.of("audio").get(0).init());
        assertThat(heard.of("audio")).extracting(CmafSegment::discontinuity)
                .containsExactly(false, false, true, false);
    }

    @Test
    void shouldCutLongGopsAtMax() {
        start(null, List.of(VIDEO));
        play(0, 12, 1000);
        segmenter.ended();
        check();
        assertThat(heard.of("video")).extracting(CmafSegment::seconds).containsExactly(4.0, 4.0, 4.0);
        assertThat(heard.of("video")).extracting(CmafSegment::independent).containsExactly(true, false, false);
    }

    @Test
    void shouldListGapsForARenditionThatIsSilent() {
        start(null, TRACKS);
        play(0, 2, 50);
        for (int i = 50; i < 400; i++) {
            give(VIDEO, 90_000 + i * 3600L, 93_600 + i * 3600L, i % 50 == 0);
        }
        play(16, 20, 50);
        segmenter.ended();
        check();
        assertThat(heard.of("audio")).extracting(CmafSegment::isGap).containsExactly(false, true, true, true, true,
                true, true, false, false, false);
        assertThat(heard.of("audio")).extracting(CmafSegment::sequence)
                .isEqualTo(heard.of("video").stream().map(CmafSegment::sequence).toList());
        assertThat(heard.of("audio").get(4).seconds()).isCloseTo(2.0, within(0.001));
    }

    @Test
    void shouldCutAudioOnly() {
        start(Duration.ofMillis(300), List.of(AUDIO));
        play(0, 7, 50);
        segmenter.ended();
        check();
        assertThat(heard.of("audio")).hasSize(4).allMatch(CmafSegment::independent);
        assertThat(heard.of("audio").subList(0, 3)).allSatisfy(s -> assertThat(s.seconds()).isCloseTo(2.0,
                within(0.03)));
        assertThat(heard.segments).doesNotContainKey("video");
    }

    @Test
    void shouldCountAudioInSamplesWhileTimesAreNear() {
        start(null, List.of(AUDIO));
        for (int i = 0; i < 200; i++) {
            long jitter = i % 3 * 300L;
            long hole = i >= 150 ? 9000 : 0;
            give(AUDIO, Math.round(i * AAC_TICKS) + jitter + hole, Math.round(i * AAC_TICKS) + jitter + hole, true);
        }
        segmenter.ended();
        check();
        CmafSegment first = heard.of("audio").get(0);
        assertThat(first.durationTicks() % 1024).isZero();
        long end = heard.of("audio").getLast().startTicks() + heard.of("audio").getLast().durationTicks();
        assertThat(end).isCloseTo(200 * 1024 + 4410, within(600L));
    }

    @Test
    void shouldEndSegmentsWhenTheVideoIsSilent() {
        start(null, TRACKS);
        play(0, 1, 50);
        for (int i = 50; i < 1000; i++) {
            segmenter.arrived(WALL + i * 23);
            give(AUDIO, 90_000 + Math.round(i * AAC_TICKS), 90_000 + Math.round(i * AAC_TICKS), true);
        }
        assertThat(heard.of("video")).hasSize(1).allMatch(CmafSegment::complete);
        assertThat(heard.of("audio")).hasSize(1).allMatch(CmafSegment::complete);
        assertThat(heard.of("audio").getFirst().seconds()).isLessThan(1.1);
        segmenter.ended();
        check();
    }

    @Test
    void shouldCutByTimeWhenThereAreNoKeyAccessUnits() {
        start(null, List.of(VIDEO));
        for (int i = 0; i < 500; i++) {
            give(VIDEO, 90_000 + i * 3600L, 90_000 + i * 3600L, false);
        }
        segmenter.ended();
        check();
        assertThat(heard.of("video")).hasSizeGreaterThan(2).noneMatch(CmafSegment::independent);
    }

    /** Groups of pictures, reordering and interleaving as they come. */
    private List<Sample> random(Random random) {
        List<Sample> all = new ArrayList<>();
        long frame = List.of(3600L, 3003L, 1800L, 1501L).get(random.nextInt(4));
        int bFrames = random.nextInt(4);
        long delay = bFrames == 0 ? 0 : frame * (1 + random.nextInt(2));
        int gop = 10 + random.nextInt(120);
        boolean vary = random.nextBoolean();
        long dts = 90_000L + random.nextInt(90_000);
        long audioAt = dts - random.nextInt(40_000);
        long videoLead = random.nextInt(3) * 20_000L - 20_000;
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            if (i % gop == 0 && vary) {
                gop = 10 + random.nextInt(120);
            }
            boolean key = i % gop == 0;
            long pts = dts + (key || bFrames == 0 ? delay : frame * random.nextInt(3));
            all.add(new Sample(VIDEO.id(), dts, pts, key, data(all.size())));
            order.add(dts - videoLead);
            dts += frame;
        }
        long end = dts;
        for (int i = 0; audioAt + Math.round(i * AAC_TICKS) < end; i++) {
            long at = audioAt + Math.round(i * AAC_TICKS) + random.nextInt(200);
            all.add(new Sample(AUDIO.id(), at, at, true, data(all.size())));
            order.add(at);
        }
        return java.util.stream.IntStream.range(0, all.size()).boxed().sorted(Comparator.comparing(order::get))
                .map(all::get).toList();
    }

    private static ByteBuf data(int number) {
        return Unpooled.buffer(12).writeInt(8).writeLong(number);
    }

    @Property(tries = 60)
    void shouldBringEachAccessUnitOnceAndInOrder(@ForAll long seed) {
        Random random = new Random(seed);
        Duration partTarget = random.nextInt(3) == 0 ? null : Duration.ofMillis(200 + random.nextInt(800));
        start(partTarget, TRACKS);
        List<Sample> samples = random(random);
        given.addAll(samples);
        Map<Integer, List<Long>> expected = new HashMap<>();
        long start = samples.stream().filter(s -> s.track() == VIDEO.id()).findFirst().orElseThrow().pts();
        long last = samples.stream().filter(s -> s.track() == VIDEO.id()).mapToLong(Sample::dts).max().orElseThrow();
        for (Sample s : samples) {
            if (s.track() == VIDEO.id() || (s.pts() >= start && s.pts() <= last)) {
                expected.computeIfAbsent(s.track(), t -> new ArrayList<>()).add(s.data().getLong(4));
            }
        }
        samples.forEach(segmenter::sample);
        segmenter.ended();
        check();
        assertThat(numbers("video")).isEqualTo(expected.get(VIDEO.id()));
        assertThat(numbers("audio")).startsWith(expected.get(AUDIO.id()).toArray(Long[]::new));
        continuous("video", partTarget);
        continuous("audio", partTarget);
        List<CmafSegment> video = heard.of("video");
        for (CmafSegment audio : heard.of("audio")) {
            CmafSegment same = heard.segments.get("video").get(audio.sequence());
            assertThat(same).isNotNull();
            if (!audio.isGap()) {
                assertThat(audio.startTicks() / 44_100.0 - same.startTicks() / 90_000.0).isBetween(-0.0135, 0.04);
            }
        }
        assertThat(heard.of("audio")).hasSameSizeAs(video);
    }

    private void continuous(String rendition, Duration partTarget) {
        CmafSegment before = null;
        for (CmafSegment segment : heard.of(rendition)) {
            if (segment.isGap()) {
                continue;
            }
            long at = segment.startTicks();
            for (CmafPart part : segment.parts()) {
                assertThat(part.startTicks()).isEqualTo(at);
                at += part.durationTicks();
                if (partTarget != null) {
                    double of = part.durationTicks() * 1000.0 / segment.timescale() / partTarget.toMillis();
                    assertThat(of).isLessThanOrEqualTo(1.0);
                    if (!part.equals(segment.parts().getLast())) {
                        assertThat(of).isGreaterThanOrEqualTo(0.7);
                    }
                }
            }
            assertThat(at).isEqualTo(segment.startTicks() + segment.durationTicks());
            if (before != null) {
                assertThat(segment.sequence()).isEqualTo(before.sequence() + 1);
                assertThat(segment.startTicks()).isEqualTo(before.startTicks() + before.durationTicks());
            }
            assertThat(segment.durationTicks()).isLessThanOrEqualTo(4L * segment.timescale() + 2048);
            before = segment;
        }
    }

    private List<Long> numbers(String rendition) {
        List<Long> numbers = new ArrayList<>();
        Fmp4Reader reader = new Fmp4Reader(new Fmp4Events() {
            @Override
            public void tracks(List<Track> tracks) {
                assertThat(tracks).hasSize(1);
            }

            @Override
            public void sample(Sample sample) {
                numbers.add(sample.data().getLong(4));
                sample.data().release();
            }

            @Override
            public void discontinuity() {
                throw new AssertionError("discontinuity");
            }

            @Override
            public void refused(String reason) {
                throw new AssertionError(reason);
            }
        });
        reader.feed(Unpooled.wrappedBuffer(heard.file(rendition)));
        reader.end();
        return numbers;
    }

    @Property(tries = 100)
    void shouldLiveThroughAnySamples(@ForAll long seed) {
        Random random = new Random(seed);
        start(random.nextBoolean() ? Duration.ofMillis(300) : null, TRACKS);
        long wall = WALL;
        for (int i = 0; i < 2000; i++) {
            switch (random.nextInt(200)) {
                case 0 -> segmenter.interrupted();
                case 1 -> segmenter.asleep();
                case 2 -> segmenter.tracks(random.nextBoolean() ? TRACKS : List.of(AUDIO, VIDEO));
                case 3 -> segmenter.tracks(List.of(new Track(0, Codec.AC3, new byte[0]),
                        new Track(1, Codec.MPEG_AUDIO, new byte[0])));
                case 4 -> segmenter.tracks(TRACKS);
                default -> {
                    wall += random.nextInt(40);
                    segmenter.arrived(wall);
                    long dts = switch (random.nextInt(30)) {
                        case 0 -> random.nextLong() >> random.nextInt(40);
                        case 1 -> random.nextInt(1 << 30);
                        default -> 90_000 + i * 1800L - random.nextInt(3) * 5000L;
                    };
                    long pts = random.nextInt(30) == 0 ? random.nextLong() >> random.nextInt(40) : dts + 3600;
                    give(random.nextInt(20) == 0
                            ? new Track(7, Codec.AAC, new byte[0])
                            : TRACKS.get(random.nextInt(2)), dts, pts, random.nextInt(30) == 0);
                }
            }
        }
        segmenter.ended();
        check();
        heard.segments.values().forEach(all -> assertThat(all.values()).allMatch(CmafSegment::complete));
    }

    @Test
    void shouldBringTheBytesAsTheyAre() {
        start(null, List.of(VIDEO));
        play(0, 2, 50);
        byte[] content = ByteBufUtil.getBytes(given.getFirst().data());
        segmenter.ended();
        byte[] part = heard.parts.get("video").getFirst();
        int at = part.length - 50 * content.length;
        assertThat(Arrays.copyOfRange(part, at, at + content.length)).isEqualTo(content);
    }
}

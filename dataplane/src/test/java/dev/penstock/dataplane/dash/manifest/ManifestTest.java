package dev.penstock.dataplane.dash.manifest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.dash.FakeCmafWindow;
import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;
import dev.penstock.dataplane.segment.CmafView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ManifestTest {
    private static final long TWO_SECONDS = 180_000;
    private static final long HALF = 45_000;

    private final FakeCmafWindow window = new FakeCmafWindow(FakeCmafWindow.LOW_LATENCY);
    private boolean lowLatency;
    private Manifest manifest = Manifest.NONE;

    /** The manifest now, checked by the rules, and as what takes the place of the one before. */
    private String look() {
        return look(Duration.ofMillis(40));
    }

    private String look(Duration behind) {
        String before = manifest.text();
        manifest = manifest.next(window.view(), config(), window.now().plus(behind));
        String after = manifest.text();
        if (manifest.exists()) {
            assertThat(ManifestRules.check(after)).as(after).isEmpty();
            if (!before.isEmpty()) {
                assertThat(ManifestRules.checkUpdate(before, after)).as("%s%n%s", before, after).isEmpty();
            }
            holdsTrue(new Mpd(after));
        }
        return after;
    }

    private ManifestConfig config() {
        return ManifestConfig.of(window.config(), lowLatency, "time");
    }

    /** What a client computes from the manifest is what the window has. */
    private void holdsTrue(Mpd mpd) {
        for (CmafRendition rendition : window.view().renditions()) {
            for (CmafSegment segment : rendition.segments()) {
                for (Mpd.Representation representation : mpd.representations()) {
                    if (representation.element().getAttribute("id").equals(rendition.name())) {
                        holdsTrue(representation, segment);
                    }
                }
            }
        }
    }

    private void holdsTrue(Mpd.Representation representation, CmafSegment segment) {
        if (!representation.hasTimeline()) {
            return;
        }
        long[] said = representation.timeline().get(segment.startTicks());
        if (said != null) {
            assertThat(said).containsExactly(segment.startTicks(), segment.durationTicks());
            double wall = representation.start().doubleValue()
                    + representation.seconds(said[0] - representation.number("presentationTimeOffset"));
            assertThat(wall).isCloseTo(segment.startEpochMs() / 1000.0, within(0.003));
        }
    }

    private static Map<String, Mpd.Representation> read(String text) {
        return new Mpd(text).byKey();
    }

    @Test
    void shouldSayNothingBeforeASegmentIsComplete() {
        window.part(HALF);
        assertThat(look()).isEmpty();
        window.part(HALF);
        window.finish();
        assertThat(look()).contains("<MPD");
    }

    /** Audio often comes a little later than the video that it goes with. */
    @Test
    void shouldWaitForTheSegmentOfEachRendition() {
        window.part(HALF);
        window.finish();
        CmafView view = window.view();
        CmafRendition audio = view.renditions().getLast();
        CmafSegment whole = audio.segments().getFirst();
        CmafSegment growing = new CmafSegment(whole.sequence(), whole.discontinuitySequence(), whole.discontinuity(),
                whole.independent(), whole.startEpochMs(), whole.startTicks(), whole.durationTicks(), whole.timescale(),
                whole.bytes(), whole.init(), whole.info(), whole.parts(), false);
        CmafView before = new CmafView(view.version(),
                List.of(view.renditions().getFirst(), new CmafRendition("audio", false, List.of(growing))), false);
        manifest = manifest.next(before, config(), window.now());
        assertThat(manifest.exists()).isFalse();
        assertThat(new Mpd(look()).representations()).hasSize(2);
    }

    @Nested
    class WithTimeline {
        @Test
        void shouldListExactDurations() {
            window.segments(2, TWO_SECONDS);
            window.segments(3, 176_400);
            Golden.assertSame(ManifestTest.class, "timeline.mpd", look());
        }

        @Test
        void shouldKeepPeriodsWhileTheWindowMoves() {
            for (int i = 0; i < 40; i++) {
                window.segment(i % 7 == 0 ? 216_000 : 180_000);
                look();
                window.part(HALF);
                String once = look();
                assertThat(look(Duration.ofSeconds(1))).as("same content, same text").isEqualTo(once);
            }
            Mpd mpd = new Mpd(manifest.text());
            assertThat(mpd.periods()).hasSize(1);
            assertThat(mpd.representations().getFirst().start().doubleValue())
                    .isEqualTo(FakeCmafWindow.START.toEpochMilli() / 1000.0);
        }

        @Test
        void shouldBeginAPeriodAtADiscontinuity() {
            window.segments(3, TWO_SECONDS);
            look();
            window.discontinuity(Duration.ofSeconds(7));
            window.part(HALF);
            assertThat(new Mpd(look()).periods()).as("nothing complete of it").hasSize(1);
            window.part(HALF, HALF, HALF);
            window.finish();
            window.segments(2, TWO_SECONDS);
            Golden.assertSame(ManifestTest.class, "discontinuity.mpd", look());
            window.segments(20, TWO_SECONDS);
            assertThat(new Mpd(look()).periods()).hasSize(1);
        }

        @Test
        void shouldBeginAPeriodWhenTheInitializationSegmentChanges() {
            window.segments(3, TWO_SECONDS);
            look();
            window.video(new CmafTrackInfo("hvc1.1.6.L93.B0", 1920, 1080, 29.97, 0, 0), "a2");
            window.segments(2, TWO_SECONDS);
            Mpd mpd = new Mpd(look());
            assertThat(mpd.periods()).hasSize(2);
            assertThat(mpd.periods().get(1).getAttribute("id")).contains(".");
            assertThat(manifest.text()).contains("init-a1.mp4").contains("init-a2.mp4")
                    .contains("frameRate=\"30000/1001\"")
                    .doesNotContain("period-continuity");
        }

        @Test
        void shouldRoundBandwidthsAndOnlyRaiseThem() {
            window.partBytes(10_000);
            window.segments(2, TWO_SECONDS);
            assertThat(look()).contains("bandwidth=\"160000\"");
            window.partBytes(12_345);
            window.segment(TWO_SECONDS);
            assertThat(look()).contains("bandwidth=\"200000\"");
            window.partBytes(100);
            window.segments(20, TWO_SECONDS);
            assertThat(look()).contains("bandwidth=\"200000\"");
        }

        @Test
        void shouldBeStaticWhenTheStreamHasEnded() {
            window.segments(3, TWO_SECONDS);
            look();
            window.segment(90_000);
            window.end();
            Golden.assertSame(ManifestTest.class, "ended.mpd", look());
        }

        @Test
        void shouldListAudioAlone() {
            FakeCmafWindow audio = new FakeCmafWindow(
                    new CmafConfig(FakeCmafWindow.LOW_LATENCY.segments(), Optional.empty(), false)) {
                @Override
                public CmafView view() {
                    var all = super.view();
                    return new CmafView(all.version(),
                            all.renditions().stream().filter(r -> !r.video()).toList(), all.ended());
                }
            };
            audio.segments(8, TWO_SECONDS);
            String text = Manifest.NONE
                    .next(audio.view(), ManifestConfig.of(audio.config(), false, "time"), audio.now())
                    .text();
            assertThat(ManifestRules.check(text)).isEmpty();
            assertThat(text).doesNotContain("contentType=\"video\"").contains("r=\"");
        }
    }

    @Nested
    class WithLowLatency {
        WithLowLatency() {
            lowLatency = true;
        }

        @Test
        void shouldOfferSegmentsThatGrow() {
            window.segments(2, TWO_SECONDS);
            window.part(HALF);
            Golden.assertSame(ManifestTest.class, "low-latency.mpd", look());
            assertThat(manifest.notLowLatency()).isEmpty();
        }

        /** ISO/IEC 23009-1 A.3.4: the number a client computes from its clock is the segment that has just got its first part. */
        @Test
        void shouldNumberSegmentsAsTheSequenceDoes() {
            for (int i = 0; i < 50; i++) {
                long open = window.nextSequence();
                for (int part = 0; part < 4; part++) {
                    window.part(HALF);
                    if (i > 0) {
                        Map<String, Mpd.Representation> all = read(look());
                        for (Mpd.Representation representation : all.values()) {
                            assertThat(representation.newestNumber(window.now())).as("part %d", part).isEqualTo(open);
                            assertThat(representation.newestNumber(window.now().minusMillis(1)))
                                    .isEqualTo(part == 0 ? open - 1 : open);
                        }
                    }
                }
                window.finish();
            }
            assertThat(new Mpd(manifest.text()).periods()).hasSize(1);
        }

        @Test
        void shouldSayTheSameWhileNothingButTimeGoesOn() {
            window.segments(3, TWO_SECONDS);
            String text = look();
            String tag = manifest.tag();
            window.segments(50, TWO_SECONDS);
            window.part(HALF);
            assertThat(look()).isEqualTo(text);
            assertThat(manifest.tag()).isEqualTo(tag);
        }

        @Test
        void shouldFollowTheDurationThatSegmentsHave() {
            window.video(new CmafTrackInfo("avc1.64001f", 1280, 720, 29.97, 0, 0), "a1");
            window.segments(2, 180_180);
            assertThat(look()).as("what they aim at is not known yet").contains("SegmentTimeline")
                    .doesNotContain("availabilityTimeOffset");
            for (int i = 0; i < 20; i++) {
                window.segments(20, 180_180);
                look();
            }
            Mpd.Representation video = read(look()).values().iterator().next();
            assertThat(video.number("duration")).isEqualTo(180_180);
            assertThat(video.newestNumber(window.now())).isEqualTo(window.nextSequence() - 1);
            assertThat(new Mpd(manifest.text()).periods()).hasSize(1);
        }

        @Test
        void shouldFallBackWithAReasonWhenSegmentsDiffer() {
            window.segments(4, TWO_SECONDS);
            assertThat(look()).contains("availabilityTimeComplete=\"false\"");
            window.segment(252_000);
            Golden.assertSame(ManifestTest.class, "fallen-back.mpd", look());
            assertThat(manifest.notLowLatency()).hasValueSatisfying(
                    why -> assertThat(why).contains("segments last 2.000s to 2.800s").contains("spec.segment.target"));
            window.segments(5, TWO_SECONDS);
            assertThat(look()).as("not at once").doesNotContain("availabilityTimeOffset");
            window.segments(20, TWO_SECONDS);
            assertThat(look()).contains("availabilityTimeOffset=\"1.5\"");
            assertThat(manifest.notLowLatency()).isEmpty();
        }

        @Test
        void shouldFallBackWhenMediaIsBehindTheWallClock() {
            window.segments(4, TWO_SECONDS);
            look();
            window.segment(TWO_SECONDS);
            assertThat(look(Duration.ofMillis(2600))).doesNotContain("availabilityTimeOffset");
            assertThat(manifest.notLowLatency().orElseThrow()).startsWith("media is 2.6s behind the wall clock");
            window.segments(2, TWO_SECONDS);
            look();
            assertThat(manifest.notLowLatency()).contains(
                    "only 3 segments in a row are equal within a frame yet (expected: 7)");
        }

        @Test
        void shouldStartAnewWhenSmallDifferencesAddUp() {
            // 2.004 s is taken for 2 s at first; a quarter of a segment later that is no longer true.
            window.segments(2, TWO_SECONDS);
            look();
            for (int i = 0; i < 150; i++) {
                window.segment(180_360);
                look();
                for (Mpd.Representation representation : new Mpd(manifest.text()).representations()) {
                    if (!representation.hasTimeline() && representation.end() == null) {
                        assertThat(Math.abs(representation.newestNumber(window.now()) - (window.nextSequence() - 1)))
                                .isLessThanOrEqualTo(1);
                    }
                }
            }
            assertThat(read(manifest.text()).values().iterator().next().number("duration")).isEqualTo(180_360);
            assertThat(manifest.notLowLatency()).isEmpty();
        }

        @Test
        void shouldCountTheSegmentsOfAPeriodThatIsOver() {
            window.segments(3, TWO_SECONDS);
            look();
            window.segment(90_000 + 1234);
            look();
            window.discontinuity(Duration.ofSeconds(20));
            window.segments(2, TWO_SECONDS);
            Mpd mpd = new Mpd(look());
            Mpd.Representation first = mpd.representations().getFirst();
            if (!first.hasTimeline()) {
                assertThat(first.count()).isEqualTo(3);
            }
            assertThat(mpd.representations().getLast().hasTimeline()).as("same duration after it").isFalse();
        }

        @Test
        void shouldNotOfferWhatIsNotCutIntoParts() {
            ManifestConfig whole = new ManifestConfig(window.config().segments(), true, Optional.empty(), false,
                    "time", "");
            window.segments(5, TWO_SECONDS);
            Manifest made = Manifest.NONE.next(window.view(), whole, window.now());
            assertThat(made.text()).contains("SegmentTimeline");
            assertThat(made.notLowLatency())
                    .contains("segments are not cut into parts (expected: spec.segment.partTarget)");
        }

        @Test
        void shouldEndWithAsManySegmentsAsThereAre() {
            window.segments(5, TWO_SECONDS);
            look();
            window.end();
            Mpd.Representation video = read(look()).values().iterator().next();
            assertThat(video.count()).isEqualTo(5);
            assertThat(manifest.text()).contains("type=\"static\"").doesNotContain("availabilityTime")
                    .doesNotContain("UTCTiming");
        }
    }

    @Test
    void shouldKeepTheRulesWhateverHappens() {
        for (long seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            FakeCmafWindow stream = new FakeCmafWindow(FakeCmafWindow.LOW_LATENCY);
            ManifestConfig settings = ManifestConfig.of(stream.config(), random.nextBoolean(), "time");
            Manifest last = Manifest.NONE;
            List<String> seen = new ArrayList<>();
            for (int step = 0; step < 50; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> stream.discontinuity(Duration.ofMillis(random.nextInt(9000)));
                    case 1 ->
                        stream.video(new CmafTrackInfo("avc1.64001f", 640, 360, 25, 0, 0), "i" + random.nextInt(2));
                    case 2 -> stream.segment(3600 * (25 + random.nextInt(75)));
                    case 3 -> stream.part(HALF);
                    default -> stream.segment(TWO_SECONDS);
                }
                if (random.nextInt(3) > 0) {
                    Instant now = stream.now().plusMillis(20 + random.nextInt(500));
                    Manifest next = last.next(stream.view(), settings, now);
                    if (next.exists()) {
                        assertThat(ManifestRules.check(next.text())).as("seed %d step %d%n%s", seed, step, next.text())
                                .isEmpty();
                        if (last.exists()) {
                            assertThat(ManifestRules.checkUpdate(last.text(), next.text()))
                                    .as("seed %d step %d%n%s%n%s", seed, step, last.text(), next.text()).isEmpty();
                        }
                        seen.add(next.text());
                    }
                    last = next;
                }
            }
            assertThat(seen).isNotEmpty();
        }
    }
}

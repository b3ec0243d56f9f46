package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.media.ts.SampleFixtures;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Segments of a source of access units: there are none while nobody wants them. */
class LazySegmentsTest {
    private static final Media CAMERA = SampleFixtures.of("h264-aac.ts");
    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
    private static final long ROUND = 279_000;

    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final SegmentWindow window = new SegmentWindow(SegmentConfig.DEFAULT, fixture.hub.demand());
    private final List<Segment.Info> all = new ArrayList<>();
    private long round;

    LazySegmentsTest() {
        TsSegmenter segmenter = new TsSegmenter(SegmentConfig.DEFAULT, fixture.allocator(), fixture.now());
        segmenter.listen(window);
        segmenter.listen(new SegmentListener() {
            @Override
            public void finished(Segment segment) {
                all.add(segment.info());
            }

            @Override
            public void ended() {}
        });
        fixture.hub.listen(segmenter, false);
        fixture.hub.begin(SOURCE);
        fixture.hub.tracks(CAMERA.tracks());
    }

    @AfterEach
    void shouldReleaseEverythingWhenClosed() {
        fixture.hub.close();
        window.close();
        assertThat(fixture.memory()).isZero();
    }

    @Test
    void shouldBeWantedWhileSomebodyWaitsForTheFirst() {
        Runnable gone = () -> {};
        window.whenFirst(gone);
        window.whenFirst(() -> all.clear());
        assertThat(fixture.hub.demand().leases()).isEqualTo(2);
        assertThat(window.forget(gone)).isTrue();
        assertThat(fixture.hub.demand().leases()).isOne();
        play(5);
        assertThat(fixture.hub.demand().leases()).isZero();
        assertThat(window.forget(gone)).isFalse();
    }

    @Test
    void shouldListSeveralSegmentsAtOnceWhenTheFirstViewerComes() {
        play(5);
        assertThat(all).isEmpty();
        window.touch();
        List<Segment.Info> segments = window.view().segments();
        assertThat(segments).hasSizeBetween(3, 5).allMatch(Segment.Info::independent);
        assertThat(segments.getFirst().discontinuity()).isFalse();
        long lag = fixture.now().toEpochMilli() - segments.getFirst().startEpochMs();
        assertThat(lag).isBetween(9_900L, 11_200L);
        assertThat(segments.getFirst().stream().codecs()).startsWith("avc1.");
        play(2);
        assertThat(window.view().segments()).hasSizeGreaterThan(segments.size());
    }

    @Test
    void shouldHoldNothingWhileItRestsAndGoOnWithHigherNumbersBehindADiscontinuity() {
        play(5);
        window.touch();
        play(12);
        List<Segment.Info> before = List.copyOf(all);
        assertThat(window.view().segments()).isEmpty();
        assertThat(window.view().ended()).isFalse();
        assertThat(window.acquire(before.getLast().sequence())).isEmpty();
        assertThat(window.lastNumbers().media()).isGreaterThan(before.getLast().sequence());
        play(100);
        assertThat(all).hasSameSizeAs(before);

        window.touch();
        Segment.Info first = window.view().segments().getFirst();
        assertThat(first.discontinuity()).isTrue();
        assertThat(first.sequence())
                .isEqualTo(Duration.between(EPOCH, Instant.ofEpochMilli(first.startEpochMs())).toSeconds());
        assertThat(first.discontinuitySequence()).isGreaterThan(before.getLast().discontinuitySequence());
        assertThat(window.view().segments().stream().skip(1)).noneMatch(Segment.Info::discontinuity);
    }

    @Test
    void shouldNeverGoBackWhenItRestsShortly() {
        play(5);
        window.touch();
        play(11);
        assertThat(window.view().segments()).isEmpty();
        window.touch();
        play(1);
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).sequence()).isGreaterThan(all.get(i - 1).sequence());
            assertThat(all.get(i).discontinuitySequence())
                    .isGreaterThanOrEqualTo(all.get(i - 1).discontinuitySequence());
        }
    }

    private void play(int rounds) {
        long origin = CAMERA.units().getFirst().dts();
        for (int i = 0; i < rounds; i++, round++) {
            long at = 0;
            for (Unit unit : CAMERA.units()) {
                long due = unit.dts() - origin;
                if (due - at >= 3600) {
                    fixture.pass(Duration.ofNanos((due - at) * 100_000 / 9));
                    at = due;
                }
                fixture.hub.sample(unit.moved(unit.track(), round * ROUND).sample());
            }
            fixture.pass(Duration.ofNanos((ROUND - at) * 100_000 / 9));
        }
    }
}

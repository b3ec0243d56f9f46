package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentPlannerTest {
    private final SegmentPlanner planner = new SegmentPlanner();

    @Test
    void shouldBeginThreeSegmentsFromTheEndAndPlayEachOnce() {
        assertThat(planner.read(live(10, 8))).contains(Duration.ofSeconds(4));
        assertThat(steps()).containsExactly("15", "16", "17");
        assertThat(planner.read(live(10, 8))).contains(Duration.ofSeconds(2));
        assertThat(steps()).isEmpty();
        assertThat(planner.read(live(12, 8))).contains(Duration.ofSeconds(4));
        assertThat(steps()).containsExactly("18", "19");
    }

    @Test
    void shouldJumpToTheEdgeWhenItFellBehind() {
        planner.read(live(0, 3));
        steps();
        planner.read(live(100, 5));

        assertThat(steps()).containsExactly("102: 99 segments went by before they could be read", "103", "104");
    }

    @Test
    void shouldKeepDiscontinuitiesAndGaps() {
        planner.read(live(0, 3, 0, 2));
        assertThat(steps()).containsExactly("0", "1", "2: a discontinuity in the playlist");
        List<Playlist.Segment> segments = new ArrayList<>(live(0, 6).segments());
        segments.set(4,
                new Playlist.Segment("4", Duration.ofSeconds(4), false, true, Optional.empty(), Optional.empty(),
                        Optional.empty()));
        planner.read(new Playlist.Media(Duration.ofSeconds(4), 0, segments, false, false));
        assertThat(steps()).containsExactly("3", "5: a gap in the playlist");
        planner.lost("5 broke off");
        planner.read(live(0, 7));
        assertThat(steps()).containsExactly("6: 5 broke off");
    }

    @Test
    void shouldBelieveAServerThatWentBackOnlyWhenItStays() {
        planner.read(live(100, 5));
        steps();
        planner.read(live(0, 4));
        planner.read(live(0, 4));
        assertThat(steps()).isEmpty();
        planner.read(live(0, 5));
        assertThat(steps()).containsExactly("2: the playlist began anew", "3", "4");
    }

    @Test
    void shouldPlayAFileFromItsBeginningToItsEnd() {
        assertThat(planner.read(ended(0, 6))).isEmpty();

        assertThat(steps()).containsExactly("0", "1", "2", "3", "4", "5", "over for good");
    }

    @Test
    void shouldNotRepeatALiveStreamThatHasEnded() {
        planner.read(ended(1000, 6));
        assertThat(steps()).containsExactly("over, may come back");

        SegmentPlanner following = new SegmentPlanner();
        following.read(live(1000, 4));
        following.read(ended(1000, 5));
        assertThat(steps(following)).containsExactly("1001", "1002", "1003", "1004", "over, may come back");
    }

    @Test
    void shouldSayWhenItIsBehind() {
        planner.read(live(0, 3));
        planner.step();
        planner.read(live(0, 5));
        assertThat(planner.isBehind()).isFalse();
        planner.read(live(0, 6));
        assertThat(planner.isBehind()).isTrue();
    }

    private List<String> steps() {
        return steps(planner);
    }

    private static List<String> steps(SegmentPlanner planner) {
        List<String> steps = new ArrayList<>();
        while (true) {
            switch (planner.step()) {
                case SegmentPlanner.Play play ->
                    steps.add(play.segment().uri() + play.broken().map(": "::concat).orElse(""));
                case SegmentPlanner.Await none -> {
                    return steps;
                }
                case SegmentPlanner.Over over -> {
                    steps.add(over.forGood() ? "over for good" : "over, may come back");
                    return steps;
                }
            }
        }
    }

    private static Playlist.Media live(long first, int count, Integer... discontinuities) {
        List<Playlist.Segment> segments = new ArrayList<>();
        for (long i = first; i < first + count; i++) {
            segments.add(new Playlist.Segment(String.valueOf(i), Duration.ofSeconds(4),
                    Set.of(discontinuities).contains((int) i), false, Optional.empty(), Optional.empty(),
                    Optional.empty()));
        }
        return new Playlist.Media(Duration.ofSeconds(4), first, segments, false, false);
    }

    private static Playlist.Media ended(long first, int count) {
        return new Playlist.Media(Duration.ofSeconds(4), first, live(first, count).segments(), true, false);
    }
}

package dev.penstock.dataplane.record;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;

import static org.assertj.core.api.Assertions.assertThat;

class BreaksTest {
    private static final long START = Instant.parse("2026-11-22T02:15:00Z").toEpochMilli();
    private static final long SECONDS = (START - Instant.parse("2020-01-01T00:00:00Z").toEpochMilli()) / 1000;

    @Test
    void shouldTellRunsApartWhenTheirLiveNumbersAreTheSame() {
        Segment.Info killed = new Breaks().number(segment(100, 7, 0), Optional.empty());
        assertThat(killed.discontinuitySequence()).isEqualTo(SECONDS);
        assertThat(killed.sequence()).isEqualTo(100);
        assertThat(new Breaks().number(segment(110, 7, 10), Optional.of(name(killed))).discontinuitySequence())
                .as("after a crash").isEqualTo(SECONDS + 10);
        assertThat(new Breaks().number(segment(110, 7, 12), Optional.empty()).discontinuitySequence())
                .as("on another pod that does not know").isEqualTo(SECONDS + 12);
    }

    @Test
    void shouldChangeWithTheLiveNumberOnly() {
        Breaks breaks = new Breaks();
        Segment.Info first = breaks.number(segment(100, 7, 0), Optional.empty());
        Segment.Info second = breaks.number(segment(101, 7, 2), Optional.of(name(first)));
        assertThat(second.discontinuitySequence()).isEqualTo(first.discontinuitySequence());
        Segment.Info third = breaks.number(segment(102, 8, 4), Optional.of(name(second)));
        assertThat(third.discontinuitySequence()).isEqualTo(SECONDS + 4);
        assertThat(breaks.number(segment(103, 9, 4), Optional.empty()).discontinuitySequence()).as("in the same second")
                .isEqualTo(SECONDS + 5);
        assertThat(breaks.number(segment(104, 10, -60), Optional.empty()).discontinuitySequence())
                .as("the clock is set back").isEqualTo(SECONDS + 6);
    }

    @Test
    void shouldSeeNoBreakWhenARecorderGoesOnWithTheNextSegment() {
        Segment.Info last = new Breaks().number(segment(100, 7, 0), Optional.empty());
        assertThat(new Breaks().number(segment(101, 7, 2), Optional.of(name(last))).discontinuitySequence())
                .isEqualTo(SECONDS);
        assertThat(new Breaks().number(segment(100, 7, 0), Optional.of(name(last))).discontinuitySequence())
                .as("or with one that it has").isEqualTo(SECONDS);
    }

    private static Segment.Info segment(long sequence, long live, long seconds) {
        return new Segment.Info(sequence, live, false, true, START + seconds * 1000, 180_000, 188, StreamShape.UNKNOWN);
    }

    private static SegmentName name(Segment.Info info) {
        return new SegmentName(info.sequence(), info.startEpochMs(), info.durationTicks(), Segment.Info.TIMESCALE,
                info.discontinuitySequence(), SegmentName.TS, 0, 1);
    }
}

package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequencesTest {
    private static final Instant START = Instant.parse("2026-11-22T01:30:00Z");

    @Test
    void shouldRiseOverARestartWithoutStoredState() {
        Sequences before = new Sequences(START, -1, -1);
        long media = before.nextMedia();
        assertThat(media).isEqualTo(Duration.between(Instant.parse("2020-01-01T00:00:00Z"), START).toSeconds());

        Sequences after = new Sequences(START.plus(Duration.ofMinutes(10)), -1, -1);
        assertThat(after.nextMedia()).isEqualTo(media + 600);
        assertThat(after.discontinuity()).isEqualTo(before.discontinuity() + 1);
    }

    @Test
    void shouldContinueAfterWhatIsKnown() {
        Sequences sequences = new Sequences(START, 1L << 40, 1L << 30);
        assertThat(sequences.nextMedia()).isEqualTo((1L << 40) + 1);
        assertThat(sequences.discontinuity()).isEqualTo((1L << 30) + 1);
        sequences.resume(START.plusSeconds(3600));
        assertThat(sequences.nextMedia()).isEqualTo((1L << 40) + 2);
        assertThat(sequences.discontinuity()).isEqualTo((1L << 30) + 1);
    }

    @Test
    void shouldCountDiscontinuitiesInNumbersThatPlayersCanUseAsIndices() {
        assertThat(new Sequences(START.plus(Duration.ofDays(3650)), -1, -1).discontinuity()).isLessThan(1_000_000);
        assertThat(new Sequences(Instant.EPOCH, -1, -1).discontinuity()).isZero();
    }
}

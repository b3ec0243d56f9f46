package dev.penstock.operator.ring;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EpochsTest {
    @Test
    void shouldBeTheTimeWhenThereIsNoEarlierOne() {
        assertThat(Epochs.next(0, Instant.ofEpochSecond(1_800_000_000))).isEqualTo(1_800_000_000);
    }

    @Test
    void shouldRiseWhenTheClockWentBack() {
        assertThat(Epochs.next(1_800_000_000, Instant.ofEpochSecond(5))).isEqualTo(1_800_000_001);
    }
}

package dev.penstock.dataplane.hub;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FlushPaceTest {
    private final FlushPace pace = new FlushPace(50);

    @Test
    void shouldWaitForTheWholeIntervalAtFirst() {
        assertThat(pace.delayNanos()).isEqualTo(50);
    }

    @Test
    void shouldCountTheTimeThatPacketsHaveWaitedBehindTheLastFlush() {
        pace.flushed(20);
        assertThat(pace.delayNanos()).isEqualTo(30);
    }

    @Test
    void shouldGatherMoreWhenFlushesTakeMostOfTheInterval() {
        pace.flushed(40);
        assertThat(pace.delayNanos()).isEqualTo(50);
        pace.flushed(500);
        assertThat(pace.delayNanos()).isEqualTo(50);
        pace.flushed(5);
        assertThat(pace.delayNanos()).isEqualTo(45);
    }
}

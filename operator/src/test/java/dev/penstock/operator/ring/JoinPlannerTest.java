package dev.penstock.operator.ring;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.penstock.wire.PodReport;
import dev.penstock.wire.RingTable;

import static dev.penstock.operator.ring.JoinPlanner.hasJoined;
import static org.assertj.core.api.Assertions.assertThat;

class JoinPlannerTest {
    private static final Optional<RingClaims> TEN = Optional.of(RingClaims.of(RingTable.of(10, new int[4096])));

    @Test
    void shouldJoinWhenItServesByTheNewestTable() {
        assertThat(hasJoined(false, new PodReport(true, 10, 0), false, TEN)).isTrue();
        assertThat(hasJoined(false, new PodReport(true, 11, 0), false, TEN)).isTrue();
        assertThat(hasJoined(false, new PodReport(true, 9, 0), false, TEN)).isFalse();
        assertThat(hasJoined(false, new PodReport(false, 10, 0), false, TEN)).isFalse();
        assertThat(hasJoined(false, new PodReport(true, 10, 0), false, Optional.empty())).isFalse();
    }

    @Test
    void shouldStayWhenANewTableComesAndWhenNothingIsKnown() {
        assertThat(hasJoined(true, new PodReport(true, 9, 0), false, TEN)).isTrue();
        assertThat(hasJoined(true, null, false, TEN)).isTrue();
        assertThat(hasJoined(false, null, false, TEN)).isFalse();
    }

    @Test
    void shouldLeaveWhenItDoesNotServeOrIsSilent() {
        assertThat(hasJoined(true, new PodReport(false, 10, 0), false, TEN)).isFalse();
        assertThat(hasJoined(true, new PodReport(true, 0, 0), false, TEN)).isFalse();
        assertThat(hasJoined(true, new PodReport(true, 10, 0), true, TEN)).isFalse();
    }
}

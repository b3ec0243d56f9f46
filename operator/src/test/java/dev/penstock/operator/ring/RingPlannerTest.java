package dev.penstock.operator.ring;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

class RingPlannerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @Test
    void shouldStartWithAllPodsThatAreWanted() {
        assertThat(RingPlanner.members(Optional.empty(), 3, false)).containsExactly(0, 1, 2);
        assertThat(table(3).epoch()).isEqualTo(1_800_000_000);
        assertThat(table(3).members()).containsExactly(0, 1, 2);
    }

    @Test
    void shouldGrowOnlyWhenAllPodsAreReady() {
        assertThat(RingPlanner.members(Optional.of(table(2)), 4, false)).containsExactly(0, 1);
        assertThat(RingPlanner.members(Optional.of(table(2)), 4, true)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldShrinkAtOnce() {
        assertThat(RingPlanner.members(Optional.of(table(4)), 2, false)).containsExactly(0, 1);
    }

    @Test
    void shouldStayAsItIsWhenThereIsNobodyToGiveTo() {
        Optional<RingTable> before = Optional.of(table(2));
        assertThat(RingPlanner.plan(before, RingPlanner.members(before, 0, true), NOW)).isEqualTo(before);
        assertThat(RingPlanner.plan(before, RingPlanner.members(before, 0, false), NOW)).isEqualTo(before);
        assertThat(RingPlanner.plan(Optional.empty(), new TreeSet<>(), NOW)).isEmpty();
    }

    @Test
    void shouldKeepTheEpochWhenNothingMoves() {
        Optional<RingTable> before = Optional.of(table(2));
        assertThat(RingPlanner.plan(before, new TreeSet<>(List.of(0, 1)), NOW.plusSeconds(99))).isEqualTo(before);
    }

    @Test
    void shouldRaiseTheEpochWithEveryChange() {
        RingTable before = table(2);
        RingTable after = RingPlanner.plan(Optional.of(before), new TreeSet<>(List.of(0, 1, 2)), NOW.minusSeconds(99))
                .orElseThrow();
        assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
        assertThat(RingPlanner.moves(Optional.of(before), after)).isEqualTo(4096 / 3);
        assertThat(RingPlanner.moves(Optional.empty(), after)).isZero();
    }

    private static RingTable table(int pods) {
        return RingPlanner.plan(Optional.empty(), RingPlanner.members(Optional.empty(), pods, false), NOW)
                .orElseThrow();
    }
}

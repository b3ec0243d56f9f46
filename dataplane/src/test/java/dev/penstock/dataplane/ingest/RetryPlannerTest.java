package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.ingest.PullConfig.Order;

import static org.assertj.core.api.Assertions.assertThat;

class RetryPlannerTest {
    @Test
    void shouldTryAllAtOnceThenWaitLonger() {
        RetryPlanner planner = planner(2, Order.PRIORITY);
        List<Integer> tried = new ArrayList<>();
        List<Long> waits = new ArrayList<>();
        RetryPlanner.Next next = planner.first();
        for (int i = 0; i < 20; i++) {
            tried.add(next.index());
            waits.add(next.delay().toMillis());
            next = planner.after(next.index(), false).orElseThrow();
        }

        assertThat(tried).startsWith(0, 1, 0, 1, 0, 1);
        assertThat(waits.get(1)).isZero();
        assertThat(waits.get(2)).isBetween(250L, 500L);
        assertThat(waits.get(3)).isZero();
        assertThat(waits.get(4)).isBetween(500L, 1000L);
        assertThat(waits.get(18)).isBetween(15_000L, 30_000L);
    }

    @Test
    void shouldGoToAnotherAtOnceWhenAHealthyOneFails() {
        RetryPlanner planner = planner(3, Order.PRIORITY);
        planner.first();

        assertThat(planner.after(0, true)).contains(new RetryPlanner.Next(1, Duration.ZERO));
        assertThat(planner.after(1, false)).contains(new RetryPlanner.Next(2, Duration.ZERO));
        assertThat(planner.after(2, true)).contains(new RetryPlanner.Next(0, Duration.ZERO));
    }

    @Test
    void shouldTryAHealthyOnlySourceAgainAtOnce() {
        RetryPlanner planner = planner(1, Order.PRIORITY);
        planner.first();

        assertThat(planner.after(0, true)).contains(new RetryPlanner.Next(0, Duration.ZERO));
        assertThat(planner.after(0, false).orElseThrow().delay()).isPositive();
    }

    @Test
    void shouldGoRound() {
        RetryPlanner planner = planner(3, Order.ROUND_ROBIN);
        assertThat(planner.first().index()).isZero();
        assertThat(planner.after(0, true).orElseThrow().index()).isEqualTo(1);
        assertThat(planner.after(1, true).orElseThrow().index()).isEqualTo(2);
        assertThat(planner.after(2, true).orElseThrow().index()).isZero();
    }

    @Test
    void shouldShuffleButLeaveNoneOut() {
        RetryPlanner planner = planner(5, Order.SHUFFLE);
        Set<Integer> tried = new TreeSet<>();
        int index = planner.first().index();
        for (int i = 0; i < 5; i++) {
            tried.add(index);
            index = planner.after(index, false).orElseThrow().index();
        }
        assertThat(tried).hasSize(5);
    }

    @Test
    void shouldEndWhenAllHaveEndedForGood() {
        RetryPlanner planner = planner(2, Order.PRIORITY);
        planner.first();
        planner.drop(0);
        assertThat(planner.after(0, true).orElseThrow().index()).isEqualTo(1);
        planner.drop(1);
        assertThat(planner.after(1, true)).isEmpty();
    }

    private static RetryPlanner planner(int sources, Order order) {
        return new RetryPlanner(sources, order, IngestLimits.DEFAULTS, new Random(7));
    }
}

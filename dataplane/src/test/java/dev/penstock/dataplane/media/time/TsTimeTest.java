package dev.penstock.dataplane.media.time;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TsTimeTest {
    @Property
    void shouldComeBackWhenAddingTheDifference(@ForAll @LongRange(max = TsTime.WRAP_90K - 1) long from,
            @ForAll @LongRange(max = TsTime.WRAP_90K - 1) long to) {
        assertThat(TsTime.add90k(from, TsTime.diff90k(from, to))).isEqualTo(to);
        assertThat(TsTime.diff90k(from, to)).isBetween(-TsTime.WRAP_90K / 2, TsTime.WRAP_90K / 2 - 1);
    }

    @Property
    void shouldComeBackOnThePcrClock(@ForAll @LongRange(max = TsTime.WRAP_27M - 1) long from,
            @ForAll @LongRange(max = TsTime.WRAP_27M - 1) long to) {
        assertThat(TsTime.add27M(from, TsTime.diff27M(from, to))).isEqualTo(to);
    }

    @Property
    void shouldStayInRangeForAnyDelta(@ForAll @LongRange(max = TsTime.WRAP_90K - 1) long ticks, @ForAll long delta) {
        assertThat(TsTime.add90k(ticks, delta)).isBetween(0L, TsTime.WRAP_90K - 1);
    }

    @Property
    void shouldUnrollSteps(@ForAll @LongRange(max = TsTime.WRAP_90K - 1) long start,
            @ForAll java.util.List<@LongRange(min = -900_000, max = 900_000) Long> steps) {
        Unroller unroller = Unroller.of90k();
        long expected = start;
        assertThat(unroller.unroll(start)).isEqualTo(start);
        for (long step : steps) {
            expected += step;
            assertThat(unroller.unroll(Math.floorMod(expected, TsTime.WRAP_90K))).isEqualTo(expected);
        }
    }

    @Test
    void shouldStartAnewAfterReset() {
        Unroller unroller = Unroller.of27M();
        unroller.unroll(TsTime.WRAP_27M - 1);
        assertThat(unroller.unroll(5)).isEqualTo(TsTime.WRAP_27M + 5);
        unroller.reset();
        assertThat(unroller.unroll(5)).isEqualTo(5);
    }

    @Test
    void shouldConvertDurations() {
        assertThat(TsTime.millis(90_000)).isEqualTo(1000);
        assertThat(TsTime.millis(-1)).isEqualTo(-1);
        assertThat(TsTime.ticks90k(40)).isEqualTo(3600);
    }
}

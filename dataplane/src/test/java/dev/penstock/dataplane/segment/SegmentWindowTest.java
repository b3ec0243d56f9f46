package dev.penstock.dataplane.segment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SegmentWindowTest {
    private final SegmentWindow window = new SegmentWindow(SegmentConfig.DEFAULT);
    private final List<Segment> made = new ArrayList<>();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            Segment segment = new Segment(new Segment.Info(1000 + made.size(), 7, false, true, made.size() * 2000L,
                    180_000, 4, StreamShape.UNKNOWN), Unpooled.buffer(4).writeInt(made.size()));
            made.add(segment);
            window.finished(segment);
            segment.release();
        }
    }

    @Test
    void shouldListTheWindowAndKeepTheGrace() {
        add(100);
        assertThat(window.view().segments()).extracting(Segment.Info::sequence)
                .containsExactly(1088L, 1089L, 1090L, 1091L, 1092L, 1093L, 1094L, 1095L, 1096L, 1097L, 1098L, 1099L);
        assertThat(window.acquire(1073)).isEmpty();
        assertThat(window.acquire(1100)).isEmpty();
        // Listed until 1086 came: 24 s of playlist and 4 s more.
        Segment kept = window.acquire(1074).orElseThrow();
        assertThat(kept.refCnt()).isEqualTo(2);
        kept.release();
        assertThat(made.stream().filter(s -> s.refCnt() > 0)).hasSize(26);
        window.close();
        assertThat(made).allMatch(s -> s.refCnt() == 0);
    }

    @Test
    void shouldKeepReadersSegmentWhenItLeaves() {
        add(1);
        Segment held = window.acquire(1000).orElseThrow();
        add(50);
        assertThat(window.acquire(1000)).isEmpty();
        assertThat(held.content().getInt(0)).isZero();
        held.release();
        window.close();
        assertThat(made).allMatch(s -> s.refCnt() == 0);
    }

    @Test
    void shouldTellWaitersOfTheFirstSegmentOnce() {
        List<String> told = new ArrayList<>();
        Runnable first = () -> told.add("first");
        Runnable forgotten = () -> told.add("forgotten");
        assertThat(window.whenFirst(first)).isTrue();
        assertThat(window.whenFirst(forgotten)).isTrue();
        assertThat(window.forget(forgotten)).isTrue();
        add(2);
        assertThat(told).containsExactly("first");
        assertThat(window.forget(first)).isFalse();
        assertThat(window.whenFirst(() -> told.add("late"))).isTrue();
        assertThat(told).containsExactly("first", "late");
        window.close();
    }

    @Test
    void shouldBoundWaiters() {
        for (int i = 0; i < SegmentWindow.MAX_WAITERS; i++) {
            int n = i;
            assertThat(window.whenFirst(() -> assertThat(n).isNotNegative())).isTrue();
        }
        assertThat(window.whenFirst(() -> assertThat(made).isEmpty())).isFalse();
    }

    @Test
    void shouldSayThatItHasEnded() {
        add(1);
        window.ended();
        assertThat(window.view().ended()).isTrue();
        assertThat(window.view().segments()).hasSize(1);
        window.close();
    }

    @Test
    void shouldRefuseWindowBelowThreeTimesMax() {
        assertThatThrownBy(
                () -> SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(2)))
                .hasMessage("spec.segment.window: 2s (expected: >= 12s, three times spec.segment.max)");
        assertThatThrownBy(
                () -> SegmentConfig.of(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(24)))
                .hasMessage("spec.segment.target: 5s (expected: > 0s and <= max, which is 4s)");
        assertThat(SegmentConfig.of(Duration.ofSeconds(2), Duration.ofMillis(4001), Duration.ofSeconds(24))
                .targetSeconds()).isEqualTo(5);
    }
}

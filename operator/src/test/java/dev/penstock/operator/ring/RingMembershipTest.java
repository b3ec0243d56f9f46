package dev.penstock.operator.ring;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RingMembershipTest {
    private static final PodSight STARTING = new PodSight(true, false, false, false);
    private static final PodSight LEAVING = new PodSight(true, true, false, true);

    @Test
    void shouldStartWithAllThatAnswerAndWaitForThoseThatMayStill() {
        assertThat(of(Optional.empty(), 2, Map.of()).members()).isEmpty();
        assertThat(of(Optional.empty(), 2, Map.of(0, STARTING)).members()).isEmpty();
        assertThat(of(Optional.empty(), 2, Map.of(0, STARTING, 1, PodSight.SERVING)).members()).containsExactly(0, 1);
    }

    @Test
    void shouldStartWithoutAPodThatNeverAnswers() {
        assertThat(of(Optional.empty(), 3, Map.of(0, PodSight.SERVING, 1, PodSight.SILENT, 2, STARTING)).members())
                .containsExactly(0, 2);
        assertThat(of(Optional.empty(), 1, Map.of(0, PodSight.SILENT)).members()).isEmpty();
    }

    @Test
    void shouldGrowByPodsThatServeAllTogether() {
        assertThat(of(ring(0, 1), 4, Map.of(2, PodSight.SERVING)).members()).containsExactly(0, 1);
        assertThat(of(ring(0, 1), 4, Map.of(2, PodSight.SERVING, 3, STARTING)).members()).containsExactly(0, 1);
        assertThat(of(ring(0, 1), 4, Map.of(2, PodSight.SERVING, 3, PodSight.SERVING)).members())
                .containsExactly(0, 1, 2, 3);
        assertThat(of(ring(0, 1), 4, Map.of(2, PodSight.SILENT, 3, PodSight.SERVING)).members())
                .containsExactly(0, 1, 3);
    }

    @Test
    void shouldShrinkAtOnceAndKeepWhatIsThereWhenScaledToZero() {
        RingMembership two = of(ring(0, 1, 2, 3), 2, Map.of());
        assertThat(two.members()).containsExactly(0, 1);
        assertThat(two.present()).containsExactly(0, 1);
        assertThat(of(ring(0, 1), 0, Map.of(0, PodSight.SERVING, 1, PodSight.SERVING)).present()).isEmpty();
    }

    @Test
    void shouldChangeNothingWhenNothingIsKnownYet() {
        assertThat(of(ring(0, 1, 2), 3, Map.of()).present()).containsExactly(0, 1, 2);
        assertThat(of(away(1), 3, Map.of()).present()).containsExactly(0, 2);
    }

    @Test
    void shouldBeAwayWhenSilentOrLeavingAndBackWhenServing() {
        assertThat(of(ring(0, 1, 2), 3, Map.of(1, PodSight.SILENT)).present()).containsExactly(0, 2);
        assertThat(of(ring(0, 1, 2), 3, Map.of(2, LEAVING)).present()).containsExactly(0, 1);
        assertThat(of(ring(0, 1, 2), 3, Map.of(2, STARTING)).present()).as("a container that restarts")
                .containsExactly(0, 1, 2);
        assertThat(of(away(1), 3, Map.of(1, STARTING)).present()).containsExactly(0, 2);
        assertThat(of(away(1), 3, Map.of(1, LEAVING)).present()).containsExactly(0, 2);
        assertThat(of(away(1), 3, Map.of(1, PodSight.SERVING)).present()).containsExactly(0, 1, 2);
        assertThat(of(away(1), 3, Map.of(1, PodSight.SERVING)).members()).containsExactly(0, 1, 2);
    }

    private static RingMembership of(Optional<RingClaims> before, int wanted, Map<Integer, PodSight> sights) {
        return RingMembership.of(before, wanted, sights);
    }

    private static Optional<RingClaims> ring(Integer... members) {
        TreeSet<Integer> all = new TreeSet<>(List.of(members));
        return RingPlanner.plan(Optional.empty(), new RingMembership(all, all), Instant.EPOCH);
    }

    /** Three members, one of them away. */
    private static Optional<RingClaims> away(int ordinal) {
        TreeSet<Integer> all = new TreeSet<>(List.of(0, 1, 2));
        TreeSet<Integer> present = new TreeSet<>(all);
        present.remove(ordinal);
        return RingPlanner.plan(ring(0, 1, 2), new RingMembership(all, present), Instant.EPOCH);
    }
}

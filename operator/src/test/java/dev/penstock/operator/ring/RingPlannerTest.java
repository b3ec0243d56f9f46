package dev.penstock.operator.ring;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import dev.penstock.wire.Partitions;

import static org.assertj.core.api.Assertions.assertThat;

class RingPlannerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @Test
    void shouldKeepTheEpochWhenNothingMoves() {
        Optional<RingClaims> before = Optional.of(claims(2));
        assertThat(RingPlanner.plan(before, all(2), NOW.plusSeconds(99))).isEqualTo(before);
    }

    @Test
    void shouldRaiseTheEpochWithEveryChange() {
        RingClaims before = claims(2);
        RingClaims after = RingPlanner.plan(Optional.of(before), all(3), NOW.minusSeconds(99)).orElseThrow();
        assertThat(before.table().epoch()).isEqualTo(1_800_000_000);
        assertThat(after.table().epoch()).isEqualTo(before.table().epoch() + 1);
        assertThat(RingPlanner.moves(Optional.of(before), after)).isEqualTo(4096 / 3);
        assertThat(RingPlanner.moves(Optional.empty(), after)).isZero();
    }

    @Test
    void shouldStayAsItIsWhenNobodyIsThere() {
        Optional<RingClaims> before = Optional.of(claims(2));
        assertThat(RingPlanner.plan(before, members(List.of(0, 1), List.of()), NOW)).isEqualTo(before);
        assertThat(RingPlanner.plan(Optional.empty(), members(List.of(), List.of()), NOW)).isEmpty();
    }

    @Test
    void shouldLendOnlyTheSharesOfThoseAwayAndGiveThemBackAsTheyWere() {
        RingClaims four = claims(4);
        RingClaims lent = RingPlanner.plan(Optional.of(four), members(List.of(0, 1, 2, 3), List.of(0, 2, 3)), NOW)
                .orElseThrow();
        assertThat(RingPlanner.moves(Optional.of(four), lent)).isEqualTo(1024);
        assertThat(lent.table().members()).containsExactly(0, 2, 3);
        assertThat(lent.away()).containsExactly(1);
        assertThat(List.of(0, 2, 3)).allSatisfy(o -> assertThat(lent.table().partitionsOf(o).cardinality())
                .isBetween(4096 / 3, 4096 / 3 + 1));

        RingClaims back = RingPlanner.plan(Optional.of(lent), all(4), NOW).orElseThrow();
        assertThat(back.table().text()).isEqualTo(four.table().text());
        assertThat(back.table().epoch()).isGreaterThan(lent.table().epoch());
        assertThat(back.isHome()).isTrue();
    }

    @Property(tries = 200)
    void shouldAlwaysHaveOwnersThatAreThereAndMoveNothingElse(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 6) Integer> wantedOverTime,
            @ForAll @Size(8) List<@IntRange(max = 63) Integer> silentOverTime) {
        Optional<RingClaims> before = Optional.empty();
        for (int step = 0; step < wantedOverTime.size(); step++) {
            int wanted = wantedOverTime.get(step);
            Map<Integer, PodSight> sights = new TreeMap<>();
            for (int o = 0; o < wanted; o++) {
                sights.put(o, (silentOverTime.get(step) >> o & 1) == 1 ? PodSight.SILENT : PodSight.SERVING);
            }
            RingMembership membership = RingMembership.of(before, wanted, sights);
            Optional<RingClaims> after = RingPlanner.plan(before, membership, NOW);
            assertThat(RingPlanner.plan(after, membership, NOW)).as("stable").isEqualTo(after);
            if (membership.present().isEmpty()) {
                assertThat(after).isEqualTo(before);
            } else {
                check(before, membership, after.orElseThrow());
            }
            before = after;
        }
    }

    private static void check(Optional<RingClaims> before, RingMembership membership, RingClaims after) {
        assertThat(membership.present()).containsAll(after.table().members());
        assertThat(after.home().members()).containsExactlyElementsOf(membership.members());
        for (int p = 0; p < Partitions.COUNT; p++) {
            int home = after.home().owner(p);
            int owner = after.table().owner(p);
            if (membership.present().contains(home)) {
                assertThat(owner).as("at home").isEqualTo(home);
            }
            if (before.isPresent() && membership.present().contains(before.get().table().owner(p))
                    && before.get().home().owner(p) == home && !membership.present().contains(home)) {
                assertThat(owner).as("lent once, stays there").isEqualTo(before.get().table().owner(p));
            }
        }
        before.ifPresent(b -> assertThat(after.table().epoch()).isGreaterThanOrEqualTo(b.table().epoch()));
    }

    private static RingMembership all(int count) {
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        return members(all, all);
    }

    private static RingMembership members(List<Integer> members, List<Integer> present) {
        SortedSet<Integer> there = new TreeSet<>(present);
        return new RingMembership(new TreeSet<>(members), there);
    }

    private static RingClaims claims(int pods) {
        return RingPlanner.plan(Optional.empty(), all(pods), NOW).orElseThrow();
    }
}

package dev.penstock.operator.ring;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static dev.penstock.operator.ring.ClaimPlanner.NOBODY;
import static dev.penstock.operator.ring.ClaimPlanner.claim;
import static dev.penstock.operator.ring.ClaimPlanner.moves;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClaimPlannerTest {
    private static final int PARTITIONS = 4096;

    @Test
    void shouldGiveEverythingToTheOnlyMember() {
        assertThat(claim(nobody(PARTITIONS), members(1))).containsOnly(0);
    }

    @Test
    void shouldMoveOnlyTheShareOfTheNewMemberWhenPoolGrows() {
        int[] three = claim(nobody(PARTITIONS), members(3));
        int[] four = claim(three, members(4));
        assertThat(moves(three, four)).isEqualTo(PARTITIONS / 4);
        assertThat(IntStream.range(0, PARTITIONS).filter(p -> three[p] != four[p]).map(p -> four[p])).containsOnly(3);
    }

    @Test
    void shouldMoveOnlyThePartitionsOfTheLostMemberWhenPoolShrinks() {
        int[] five = claim(nobody(PARTITIONS), members(5));
        int[] four = claim(five, members(4));
        assertThat(IntStream.range(0, PARTITIONS).filter(p -> five[p] != four[p]).map(p -> five[p])).containsOnly(4);
    }

    @Test
    void shouldChangeNothingWhenMembersAreTheSame() {
        int[] seven = claim(nobody(PARTITIONS), members(7));
        assertThat(claim(seven, members(7))).isEqualTo(seven);
    }

    @Test
    void shouldRefuseWhenThereIsNoMember() {
        assertThatThrownBy(() -> claim(nobody(8), new TreeSet<>())).hasMessageContaining("members: []");
    }

    @Property(tries = 300)
    void shouldBeBalancedAndMoveTheFewestWhateverCameBefore(@ForAll @IntRange(min = 1, max = 300) int partitions,
            @ForAll @Size(min = 1, max = 20) Set<@IntRange(max = 30) Integer> some, @ForAll long seed) {
        Random random = new Random(seed);
        int[] before = IntStream.range(0, partitions).map(p -> random.nextInt(NOBODY, 31)).toArray();
        int[] given = before.clone();
        SortedSet<Integer> members = new TreeSet<>(some);

        int[] after = claim(before, members);

        assertThat(before).as("input is left alone").isEqualTo(given);
        assertThat(claim(before, members)).as("deterministic").isEqualTo(after);
        int floor = partitions / members.size();
        int extra = partitions % members.size();
        for (int member : members) {
            assertThat(count(after, member)).isBetween((long) floor, floor + (extra > 0 ? 1L : 0L));
        }
        assertThat(Arrays.stream(after)).allMatch(members::contains);
        // Kept at best: each member up to the floor, and one more for as many members as there are ceils.
        long kept = members.stream().mapToLong(m -> Math.min(count(before, m), floor)).sum()
                + Math.min(extra, members.stream().filter(m -> count(before, m) > floor).count());
        long keptNow = IntStream.range(0, partitions).filter(p -> before[p] == after[p]).count();
        assertThat(keptNow).isEqualTo(kept);
    }

    private static long count(int[] owners, int member) {
        return Arrays.stream(owners).filter(o -> o == member).count();
    }

    private static int[] nobody(int partitions) {
        int[] owners = new int[partitions];
        Arrays.fill(owners, NOBODY);
        return owners;
    }

    private static SortedSet<Integer> members(int count) {
        return new TreeSet<>(IntStream.range(0, count).boxed().toList());
    }
}

package dev.penstock.operator.ring;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/**
 * Plans the next table of a pool. Partitions of members that are away are lent to the others, each to the one with the fewest, and
 * return to where they were when the member is back; no partition whose owner is there moves because another one is away.
 */
public final class RingPlanner {
    private RingPlanner() {}

    /**
     * The next claims; the same ones if nothing changes, empty if there has never been a member that is there.
     *
     * @param before the claims so far
     * @param membership who is in the ring
     * @param now wall time, for the epoch
     */
    public static Optional<RingClaims> plan(Optional<RingClaims> before, RingMembership membership, Instant now) {
        if (membership.present().isEmpty()) {
            // There is nobody to give to: streams stay with pods that may come back.
            return before;
        }
        int[] home = ClaimPlanner.claim(before.map(b -> owners(b.home())).orElseGet(RingPlanner::nobody),
                membership.members());
        int[] lent = lend(home, before.map(b -> owners(b.table())).orElseGet(RingPlanner::nobody),
                membership.present());
        RingTable next = RingTable.of(Epochs.next(before.map(b -> b.table().epoch()).orElse(0L), now), lent);
        RingTable table = before.map(RingClaims::table).filter(b -> b.text().equals(next.text())).orElse(next);
        RingClaims claims = new RingClaims(table, RingTable.of(table.epoch(), home));
        return before.filter(b -> b.table().equals(table) && b.home().text().equals(claims.home().text()))
                .or(() -> Optional.of(claims));
    }

    /** How many partitions change hands between two tables. */
    public static int moves(Optional<RingClaims> before, RingClaims after) {
        return before.map(b -> ClaimPlanner.moves(owners(b.table()), owners(after.table()))).orElse(0);
    }

    private static int[] lend(int[] home, int[] before, SortedSet<Integer> present) {
        int[] lent = new int[home.length];
        int[] load = new int[RingTable.MAX_ORDINAL + 1];
        for (int p = 0; p < home.length; p++) {
            lent[p] = present.contains(home[p])
                    ? home[p]
                    : present.contains(before[p]) ? before[p] : ClaimPlanner.NOBODY;
            if (lent[p] != ClaimPlanner.NOBODY) {
                load[lent[p]]++;
            }
        }
        PriorityQueue<Integer> byLoad = new PriorityQueue<>(
                Comparator.comparingInt((Integer m) -> load[m]).thenComparing(Comparator.naturalOrder()));
        byLoad.addAll(present);
        for (int p = 0; p < lent.length; p++) {
            if (lent[p] == ClaimPlanner.NOBODY) {
                lent[p] = byLoad.remove();
                load[lent[p]]++;
                byLoad.add(lent[p]);
            }
        }
        return lent;
    }

    private static int[] nobody() {
        return IntStream.generate(() -> ClaimPlanner.NOBODY).limit(Partitions.COUNT).toArray();
    }

    private static int[] owners(RingTable table) {
        return IntStream.range(0, Partitions.COUNT).map(table::owner).toArray();
    }

    static SortedSet<Integer> ordinals(int count) {
        return new TreeSet<>(IntStream.range(0, count).boxed().toList());
    }
}

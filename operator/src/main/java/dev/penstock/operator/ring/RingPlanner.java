package dev.penstock.operator.ring;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/** Plans the next table of a pool. */
public final class RingPlanner {
    private RingPlanner() {}

    /**
     * Who should be in the ring. A pool that shrinks loses members at once, since their pods are going; one that grows gets them
     * when all its pods are ready, so no stream is given to a pod that is not there. With no pods wanted the members stay: there
     * is nobody to give to.
     *
     * @param before the table so far
     * @param wanted pods wanted
     * @param areAllReady true if as many pods as wanted are ready
     */
    public static SortedSet<Integer> members(Optional<RingTable> before, int wanted, boolean areAllReady) {
        SortedSet<Integer> all = ordinals(wanted);
        if (before.isEmpty() || areAllReady) {
            return all;
        }
        SortedSet<Integer> now = new TreeSet<>(before.get().members());
        if (wanted == 0) {
            return now;
        }
        now.retainAll(all);
        return now.isEmpty() ? all : now;
    }

    /**
     * The next table; the same one if nothing changes, empty if there has never been a member.
     *
     * @param before the table so far
     * @param members who should be in it
     * @param now wall time, for the epoch
     */
    public static Optional<RingTable> plan(Optional<RingTable> before, SortedSet<Integer> members, Instant now) {
        if (members.isEmpty()) {
            return before;
        }
        int[] owners = before.map(RingPlanner::owners)
                .orElseGet(() -> IntStream.generate(() -> ClaimPlanner.NOBODY).limit(Partitions.COUNT).toArray());
        RingTable next = RingTable.of(Epochs.next(before.map(RingTable::epoch).orElse(0L), now),
                ClaimPlanner.claim(owners, members));
        return before.filter(b -> b.text().equals(next.text())).or(() -> Optional.of(next));
    }

    /** How many partitions change hands between two tables. */
    public static int moves(Optional<RingTable> before, RingTable after) {
        return before.map(b -> ClaimPlanner.moves(owners(b), owners(after))).orElse(0);
    }

    private static int[] owners(RingTable table) {
        return IntStream.range(0, Partitions.COUNT).map(table::owner).toArray();
    }

    private static SortedSet<Integer> ordinals(int count) {
        return new TreeSet<>(IntStream.range(0, count).boxed().toList());
    }
}

package dev.penstock.operator.ring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Gives every partition an owner so that each member has floor or ceil of partitions / members, and as few partitions as
 * possible change hands. The same input always gives the same table, so two operators that plan at once agree.
 */
public final class ClaimPlanner {
    /** The owner of a partition that nobody has yet. */
    public static final int NOBODY = -1;

    private ClaimPlanner() {}

    /**
     * Claims partitions for members.
     *
     * @param owners the table so far, the index is the partition, the value the ordinal of the owner or {@link #NOBODY}; not changed
     * @param members ordinals of the members; at least one
     * @return a new table of the same length in which every partition has an owner that is a member
     * @throws IllegalArgumentException when there is no member
     */
    public static int[] claim(int[] owners, SortedSet<Integer> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members: [] (expected: at least one)");
        }
        SortedMap<Integer, Deque<Integer>> held = held(owners, members);
        SortedMap<Integer, Integer> quotas = quotas(owners.length, held);
        int[] claimed = owners.clone();
        Arrays.setAll(claimed, p -> held.containsKey(owners[p]) ? owners[p] : NOBODY);
        held.forEach((member, partitions) -> {
            // From the end, so that runs stay long and the coded table short.
            while (partitions.size() > quotas.get(member)) {
                claimed[partitions.removeLast()] = NOBODY;
            }
        });
        fill(claimed, held, quotas);
        return claimed;
    }

    /** How many partitions change hands between two tables of the same length; a first owner is not a move. */
    public static int moves(int[] before, int[] after) {
        int moves = 0;
        for (int p = 0; p < before.length; p++) {
            if (before[p] != NOBODY && before[p] != after[p]) {
                moves++;
            }
        }
        return moves;
    }

    private static SortedMap<Integer, Deque<Integer>> held(int[] owners, SortedSet<Integer> members) {
        SortedMap<Integer, Deque<Integer>> held = new TreeMap<>();
        members.forEach(m -> held.put(m, new ArrayDeque<>()));
        for (int p = 0; p < owners.length; p++) {
            Deque<Integer> partitions = held.get(owners[p]);
            if (partitions != null) {
                partitions.add(p);
            }
        }
        return held;
    }

    /** The members that hold most already get the ceil: each of them keeps one partition more. */
    private static SortedMap<Integer, Integer> quotas(int partitions, SortedMap<Integer, Deque<Integer>> held) {
        List<Integer> byLoad = new ArrayList<>(held.keySet());
        byLoad.sort(
                Comparator.comparingInt((Integer m) -> -held.get(m).size()).thenComparing(Comparator.naturalOrder()));
        int floor = partitions / held.size();
        int extra = partitions % held.size();
        SortedMap<Integer, Integer> quotas = new TreeMap<>();
        for (int i = 0; i < byLoad.size(); i++) {
            quotas.put(byLoad.get(i), floor + (i < extra ? 1 : 0));
        }
        return quotas;
    }

    private static void fill(int[] claimed, SortedMap<Integer, Deque<Integer>> held,
            SortedMap<Integer, Integer> quotas) {
        Deque<Integer> wanting = new ArrayDeque<>(held.keySet());
        for (int p = 0; p < claimed.length; p++) {
            if (claimed[p] != NOBODY) {
                continue;
            }
            while (held.get(wanting.getFirst()).size() >= quotas.get(wanting.getFirst())) {
                wanting.removeFirst();
            }
            claimed[p] = wanting.getFirst();
            held.get(wanting.getFirst()).add(p);
        }
    }
}

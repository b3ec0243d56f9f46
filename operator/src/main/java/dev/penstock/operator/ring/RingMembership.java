package dev.penstock.operator.ring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who is in the ring of a pool.
 *
 * @param members pods that have a share
 * @param present those of them that can serve it now; the others' shares are lent to these
 */
public record RingMembership(SortedSet<Integer> members, SortedSet<Integer> present) {
    /**
     * Decides who is in the ring.
     *
     * <ul>
     * <li>A pod that is no longer wanted loses its share at once: it is going.
     * <li>A new pod gets a share when it serves (the first ones of a pool: when they answer), and all new ones together: they wait
     * for each other until the last one answers or has been silent for the failure window, so partitions move once.
     * <li>A member is away as soon as it is being deleted, or when it is silent for the failure window; it is back when it serves.
     * What is unknown, for example after a start of the operator, changes nothing.
     * </ul>
     *
     * @param before the claims so far
     * @param wanted pods wanted
     * @param sights pods by ordinal; one that is not there is {@link PodSight#UNKNOWN}
     */
    public static RingMembership of(Optional<RingClaims> before, int wanted, Map<Integer, PodSight> sights) {
        SortedSet<Integer> old = new TreeSet<>(before.map(b -> b.home().members()).orElseGet(List::of));
        SortedSet<Integer> newcomers = RingPlanner.ordinals(wanted);
        newcomers.removeAll(old);
        SortedSet<Integer> members = new TreeSet<>(old);
        members.retainAll(RingPlanner.ordinals(wanted));

        SortedSet<Integer> here = new TreeSet<>(newcomers);
        here.removeIf(o -> !isHere(sight(sights, o), before.isEmpty()));
        if (newcomers.stream().allMatch(o -> here.contains(o) || sight(sights, o).silent())) {
            members.addAll(here);
        }
        SortedSet<Integer> away = before.map(RingClaims::away).orElseGet(TreeSet::new);
        SortedSet<Integer> present = new TreeSet<>(members);
        present.removeIf(o -> away.contains(o)
                ? !isHere(sight(sights, o), false)
                : sight(sights, o).silent() || sight(sights, o).leaving());
        return new RingMembership(members, present);
    }

    /** The first pods of a pool may need a table to become ready. */
    private static boolean isHere(PodSight sight, boolean isFirst) {
        return sight.answers() && !sight.leaving() && (sight.ready() || isFirst);
    }

    private static PodSight sight(Map<Integer, PodSight> sights, int ordinal) {
        return sights.getOrDefault(ordinal, PodSight.UNKNOWN);
    }
}

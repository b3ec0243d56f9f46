package dev.penstock.dataplane.placement;

import java.util.OptionalInt;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/**
 * The ring as one pod sees it. Immutable; a new table makes a new view.
 *
 * @param table who owns what
 * @param ordinal this pod
 */
public record RingView(RingTable table, int ordinal) {
    /** Whether this pod owns a stream. */
    public boolean isMine(String namespace, String stream) {
        return table.owner(Partitions.of(namespace, stream)) == ordinal;
    }

    /** The ordinal of the pod that owns a stream, or nothing when no pod does. */
    public OptionalInt owner(String namespace, String stream) {
        int owner = table.owner(Partitions.of(namespace, stream));
        return owner == RingTable.NONE ? OptionalInt.empty() : OptionalInt.of(owner);
    }

    /** Number of the table, which fences what this pod writes. */
    public long epoch() {
        return table.epoch();
    }
}

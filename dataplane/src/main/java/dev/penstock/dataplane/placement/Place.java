package dev.penstock.dataplane.placement;

import java.util.Optional;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/** Where a request is answered. */
sealed interface Place {
    /** In this pod. */
    record Here() implements Place {}

    /**
     * In another pod.
     *
     * @param ordinal its number
     */
    record There(int ordinal) implements Place {}

    /** Nowhere now: its partition has no owner. */
    record Nowhere() implements Place {}

    /** The place of a stream: where the table says; here as long as there is no table. Pure. */
    static Place of(Optional<RingTable> table, int self, String namespace, String stream) {
        if (table.isEmpty()) {
            return new Here();
        }
        int owner = table.get().owner(Partitions.of(namespace, stream));
        if (owner == RingTable.NONE) {
            return new Nowhere();
        }
        return owner == self ? new Here() : new There(owner);
    }
}

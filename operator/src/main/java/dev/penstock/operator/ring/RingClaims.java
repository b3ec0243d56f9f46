package dev.penstock.operator.ring;

import java.util.SortedSet;
import java.util.TreeSet;

import dev.penstock.wire.RingTable;

/**
 * Who owns what, and who would if no pod were away.
 *
 * @param table owner of each partition now
 * @param home owner of each partition when all members are there; its epoch means nothing
 */
public record RingClaims(RingTable table, RingTable home) {
    /** Claims with nobody away. */
    public static RingClaims of(RingTable table) {
        return new RingClaims(table, table);
    }

    /** Members that others stand in for: they own nothing now, and get it back when they return. */
    public SortedSet<Integer> away() {
        SortedSet<Integer> away = new TreeSet<>(home.members());
        table.members().forEach(away::remove);
        return away;
    }

    /** Whether every partition is where it belongs. */
    public boolean isHome() {
        return table.text().equals(home.text());
    }
}

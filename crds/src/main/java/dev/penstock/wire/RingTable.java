package dev.penstock.wire;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The owner of each partition, as the ordinal of a pod, and the epoch of this table. Immutable. Its text, as it stands in the
 * pool's status, is a list of runs, {@code 0*1366,2,-*5,...}: owner, or {@code -} for none, and how many partitions in a row
 * it owns when more than one. There is exactly one text for a table.
 */
public final class RingTable {
    /** Owner of a partition that nobody owns. */
    public static final int NONE = -1;
    /** The highest ordinal there can be. */
    public static final int MAX_ORDINAL = 999;

    private final long epoch;
    private final short[] owners;

    private RingTable(long epoch, short[] owners) {
        this.epoch = epoch;
        this.owners = owners;
    }

    /**
     * A table of its owners.
     *
     * @param epoch number of the table, not negative; rises with every change
     * @param owners for each partition the ordinal of its pod or {@link #NONE}; copied
     */
    public static RingTable of(long epoch, int[] owners) {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= 0)");
        }
        if (owners.length != Partitions.COUNT) {
            throw new IllegalArgumentException("owners: " + owners.length + " (expected: " + Partitions.COUNT + ")");
        }
        short[] copy = new short[owners.length];
        for (int partition = 0; partition < owners.length; partition++) {
            copy[partition] = checked(owners[partition], partition);
        }
        return new RingTable(epoch, copy);
    }

    /**
     * The table that a text says.
     *
     * @throws IllegalArgumentException if the text is not what {@link #text()} makes; the message says where
     */
    public static RingTable parse(long epoch, String text) {
        int[] owners = new int[Partitions.COUNT];
        int filled = 0;
        int at = 0;
        int last = Integer.MIN_VALUE;
        while (at <= text.length()) {
            int end = text.indexOf(',', at);
            String run = text.substring(at, end < 0 ? text.length() : end);
            int star = run.indexOf('*');
            int owner = run.startsWith("-") && (star == 1 || run.length() == 1)
                    ? NONE
                    : number(star < 0 ? run : run.substring(0, star), at, 0, MAX_ORDINAL);
            int count = star < 0 ? 1 : number(run.substring(star + 1), at, 2, Partitions.COUNT - filled);
            if (owner == last || count > Partitions.COUNT - filled) {
                throw bad(run, at, owner == last ? "another owner than before" : "4096 partitions in all");
            }
            Arrays.fill(owners, filled, filled + count, owner);
            filled += count;
            last = owner;
            at += run.length() + 1;
        }
        if (filled != Partitions.COUNT) {
            throw bad("end after " + filled + " partitions", text.length(), Partitions.COUNT + " partitions");
        }
        return of(epoch, owners);
    }

    /** Number of this table; a higher one is newer. */
    public long epoch() {
        return epoch;
    }

    /** Ordinal of the pod that owns a partition, or {@link #NONE}. */
    public int owner(int partition) {
        return owners[partition];
    }

    /** The partitions of a pod. */
    public BitSet partitionsOf(int ordinal) {
        BitSet set = new BitSet(Partitions.COUNT);
        for (int partition = 0; partition < owners.length; partition++) {
            set.set(partition, owners[partition] == ordinal);
        }
        return set;
    }

    /** Ordinals of the pods that own something, rising. */
    public List<Integer> members() {
        BitSet seen = new BitSet();
        for (short owner : owners) {
            if (owner != NONE) {
                seen.set(owner);
            }
        }
        return seen.stream().boxed().toList();
    }

    /** The one text of this table, without the epoch; {@link #parse} reads it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int from = 0;
        while (from < owners.length) {
            int to = from + 1;
            while (to < owners.length && owners[to] == owners[from]) {
                to++;
            }
            text.append(from == 0 ? "" : ",").append(owners[from] == NONE ? "-" : Short.toString(owners[from]));
            if (to - from > 1) {
                text.append('*').append(to - from);
            }
            from = to;
        }
        return text.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RingTable that && epoch == that.epoch && Arrays.equals(owners, that.owners);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(epoch) + Arrays.hashCode(owners);
    }

    @Override
    public String toString() {
        return "RingTable[epoch=" + epoch + ", table=" + text() + "]";
    }

    private static short checked(int owner, int partition) {
        if (owner < NONE || owner > MAX_ORDINAL) {
            throw new IllegalArgumentException(
                    "owner of partition " + partition + ": " + owner + " (expected: -1 to " + MAX_ORDINAL + ")");
        }
        return (short) owner;
    }

    private static int number(String digits, int at, int min, int max) {
        boolean plain = !digits.isEmpty() && digits.length() <= 4 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        int value = plain ? Integer.parseInt(digits) : -1;
        if (value < min || value > max) {
            throw bad(digits, at, "a number from " + min + " to " + max);
        }
        return value;
    }

    private static IllegalArgumentException bad(String what, int at, String expected) {
        String shown = what.length() > 20 ? what.substring(0, 20) + "..." : what;
        return new IllegalArgumentException("table: " + shown + " at " + at + " (expected: " + expected + ")");
    }
}

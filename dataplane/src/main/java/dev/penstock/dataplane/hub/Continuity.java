package dev.penstock.dataplane.hub;

import java.util.Arrays;

/**
 * The last continuity counter of each PID of the program before a chunk (ISO/IEC 13818-1 2.4.3.3). With it, tables
 * written before the chunk and marks of a discontinuity fit to the packets that follow.
 */
public final class Continuity {
    /** No counter known. */
    public static final Continuity NONE = new Continuity(new int[0], new byte[0]);

    private final int[] pids;
    private final byte[] counters;

    /**
     * @param pids PIDs; not changed afterwards
     * @param counters their last counter, 0 to 15, or -1 when none was seen
     */
    Continuity(int[] pids, byte[] counters) {
        this.pids = pids;
        this.counters = counters;
    }

    /** Last counter of a PID, 0 to 15, or -1 when none was seen. */
    public int last(int pid) {
        for (int i = 0; i < pids.length; i++) {
            if (pids[i] == pid) {
                return counters[i];
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return Arrays.toString(pids) + Arrays.toString(counters);
    }
}

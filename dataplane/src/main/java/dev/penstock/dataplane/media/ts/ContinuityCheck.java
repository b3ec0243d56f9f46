package dev.penstock.dataplane.media.ts;

import java.util.Arrays;

/** Continuity counters of all PIDs (ISO/IEC 13818-1 2.4.3.3). Not thread-safe: one owner. */
final class ContinuityCheck {
    private static final byte UNKNOWN = -1;
    private static final byte SEEN_TWICE = 0x10;

    /** What a packet's counter says. */
    enum Verdict {
        /** As expected. */
        RIGHT,
        /** The same packet again: its payload counts once. */
        DUPLICATE,
        /** Packets are missing or were inserted. */
        JUMP
    }

    private final byte[] last = new byte[0x2000];

    ContinuityCheck() {
        reset();
    }

    /** Forgets all PIDs. */
    void reset() {
        Arrays.fill(last, UNKNOWN);
    }

    /**
     * Takes note of a packet.
     *
     * @param header the packet's first four bytes
     * @param discontinuity discontinuity_indicator: any counter is right
     */
    Verdict see(int pid, int header, boolean discontinuity) {
        int before = last[pid];
        int counter = header & 0x0F;
        boolean payload = (header & 0x10) != 0;
        last[pid] = (byte) counter;
        if (before == UNKNOWN || discontinuity) {
            return Verdict.RIGHT;
        }
        int previous = before & 0x0F;
        if (!payload) {
            return counter == previous ? Verdict.RIGHT : Verdict.JUMP;
        }
        if (counter == ((previous + 1) & 0x0F)) {
            return Verdict.RIGHT;
        }
        if (counter == previous && (before & SEEN_TWICE) == 0) {
            last[pid] = (byte) (counter | SEEN_TWICE);
            return Verdict.DUPLICATE;
        }
        return Verdict.JUMP;
    }
}

package dev.penstock.dataplane.media.ts;

import dev.penstock.dataplane.media.time.TsTime;

/** Follows the PCR of one PID and finds jumps. Not thread-safe: one owner. */
final class PcrCheck {
    private int pid = -1;
    private long last = -1;
    private boolean announced;

    /** The PID followed, or -1. */
    int pid() {
        return pid;
    }

    /** Follows a PID; nothing changes when it is the one followed already. */
    void follow(int wanted) {
        if (pid != wanted) {
            pid = wanted;
            last = -1;
            announced = false;
        }
    }

    /** Follows none. */
    void reset() {
        follow(-1);
    }

    /** discontinuity_indicator was seen: the next PCR may be any (ISO/IEC 13818-1 2.4.3.5). */
    void announceDiscontinuity() {
        announced = true;
    }

    /** Whether the next PCR may be any. */
    boolean announced() {
        return announced;
    }

    /** Takes note of a PCR; true when it jumped by more than 1 s or backwards without announcement. */
    boolean jumps(long pcr) {
        long step = last < 0 || announced ? 0 : TsTime.diff27M(last, pcr);
        last = pcr;
        announced = false;
        return step < 0 || step > TsTime.HZ_27M;
    }
}

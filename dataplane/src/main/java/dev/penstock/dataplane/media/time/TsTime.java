package dev.penstock.dataplane.media.time;

/**
 * Arithmetic on the clocks of a transport stream (ISO/IEC 13818-1 2.4.2.2, 2.4.3.7): PTS and DTS count 90 kHz modulo 2^33, PCR
 * counts 27 MHz modulo 2^33 * 300. Pure; any thread.
 */
public final class TsTime {
    /** Ticks per second of PTS and DTS. */
    public static final int HZ_90K = 90_000;
    /** Ticks per second of the PCR. */
    public static final int HZ_27M = 27_000_000;
    /** PTS and DTS count modulo this. */
    public static final long WRAP_90K = 1L << 33;
    /** The PCR counts modulo this. */
    public static final long WRAP_27M = WRAP_90K * 300;

    private TsTime() {}

    /** {@code ticks + delta} modulo 2^33; {@code delta} may be negative and of any size. */
    public static long add90k(long ticks, long delta) {
        return Math.floorMod(ticks + Math.floorMod(delta, WRAP_90K), WRAP_90K);
    }

    /** {@code ticks + delta} modulo 2^33 * 300; {@code delta} may be negative and of any size. */
    public static long add27M(long ticks, long delta) {
        return Math.floorMod(ticks + Math.floorMod(delta, WRAP_27M), WRAP_27M);
    }

    /** Ticks of 90 kHz from one time to another by the shorter way round: -2^32 to 2^32 - 1. */
    public static long diff90k(long from, long to) {
        return shortest(to - from, WRAP_90K);
    }

    /** Ticks of 27 MHz from one time to another by the shorter way round. */
    public static long diff27M(long from, long to) {
        return shortest(to - from, WRAP_27M);
    }

    /** Milliseconds in a duration of 90 kHz ticks, rounded down. */
    public static long millis(long duration90k) {
        return Math.floorDiv(duration90k, HZ_90K / 1000);
    }

    /** 90 kHz ticks in a duration of milliseconds. */
    public static long ticks90k(long durationMs) {
        return durationMs * (HZ_90K / 1000);
    }

    private static long shortest(long difference, long wrap) {
        long positive = Math.floorMod(difference, wrap);
        return positive >= wrap / 2 ? positive - wrap : positive;
    }
}

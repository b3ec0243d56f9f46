package dev.penstock.dataplane.dash.manifest;

/** Times of tracks on the common clock of 90 kHz, and back. */
final class Ticks {
    static final int HZ = 90_000;

    private Ticks() {}

    /** A time in units of 1 / timescale seconds on the clock of 90 kHz, rounded down. */
    static long to90(long ticks, int timescale) {
        return scale(ticks, timescale, HZ, 0);
    }

    /** A time on the clock of 90 kHz in units of 1 / timescale seconds, rounded to the nearest. */
    static long from90(long ticks90, int timescale) {
        return scale(ticks90, HZ, timescale, HZ / 2);
    }

    /** A span on the clock of 90 kHz in microseconds, rounded to the nearest. */
    static long micros(long ticks90) {
        return from90(ticks90, 1_000_000);
    }

    private static long scale(long ticks, int from, int to, int half) {
        return Math.floorDiv(ticks, from) * to + Math.floorDiv(Math.floorMod(ticks, from) * (long) to + half, from);
    }
}

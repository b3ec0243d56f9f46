package dev.penstock.dataplane.record;

/**
 * Sums over a session.
 *
 * @param segments segments
 * @param bytes their bytes
 * @param durationMs their media time
 * @param gaps gaps between them
 */
record SessionTotals(int segments, long bytes, long durationMs, int gaps) {
    static final SessionTotals ZERO = new SessionTotals(0, 0, 0, 0);
}

package dev.penstock.dataplane.record.upload;

import java.time.Duration;

/**
 * When the playlists in the store are rewritten: after 10 s or 15 % growth, whichever is later. So all rewrites of a long
 * recording together write a constant multiple of its last playlist, and its lag stays in proportion to its length.
 */
final class CheckpointRule {
    private static final long MIN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int GROWTH_PERCENT = 15;

    private CheckpointRule() {}

    /**
     * @param listed segments in the last checkpoint, 0 when there is none
     * @param now segments that could be listed
     * @param nanosSince nanoseconds since the last checkpoint
     */
    static boolean due(int listed, int now, long nanosSince) {
        if (listed == 0) {
            return now > 0;
        }
        return now > listed && nanosSince >= MIN_NANOS
                && (now - listed) * 100L >= (long) listed * GROWTH_PERCENT;
    }
}

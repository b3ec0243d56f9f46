package dev.penstock.dataplane.segment;

import java.time.Instant;

/**
 * Numbers of segments and discontinuities. A run starts at max(last + 1, seconds since 2020-01-01T00:00:00Z), so numbers
 * rise over a restart without stored state as long as segments are at least 1 s long on average. One thread.
 */
final class Sequences {
    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

    private long nextMedia;
    private long discontinuity;

    /**
     * @param now start of the run
     * @param lastMedia last media sequence number known to have been used, or -1
     * @param lastDiscontinuity last discontinuity sequence number known to have been used, or -1
     */
    Sequences(Instant now, long lastMedia, long lastDiscontinuity) {
        long seconds = now.getEpochSecond() - EPOCH.getEpochSecond();
        nextMedia = Math.max(lastMedia + 1, seconds);
        discontinuity = Math.max(lastDiscontinuity + 1, seconds);
    }

    long nextMedia() {
        return nextMedia++;
    }

    long discontinuity() {
        return discontinuity;
    }

    /** A run goes on after a rest, at least at the seconds since 2020-01-01; a new discontinuity is to be told next. */
    void resume(long epochMs) {
        long seconds = epochMs / 1000 - EPOCH.getEpochSecond();
        nextMedia = Math.max(nextMedia, seconds);
        discontinuity = Math.max(discontinuity, seconds - 1);
    }

    void newDiscontinuity() {
        discontinuity++;
    }
}

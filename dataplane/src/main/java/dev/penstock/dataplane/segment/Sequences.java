package dev.penstock.dataplane.segment;

import java.time.Instant;

/**
 * Numbers of segments and discontinuities. A run starts at max(last + 1, seconds since 2020-01-01T00:00:00Z), so numbers
 * rise over a restart without stored state as long as segments are at least 1 s long on average. Discontinuities, which are rare, start
 * at max(last + 1, tens of minutes since 2026-01-01T00:00:00Z): hls.js walks an array of that length each time that it reads
 * a playlist, and stands still for seconds at numbers of hundreds of millions. One thread.
 */
final class Sequences {
    private static final Instant MEDIA_EPOCH = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant DISCONTINUITY_EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final long DISCONTINUITY_SECONDS = 600;

    private long nextMedia;
    private long discontinuity;

    /**
     * @param now start of the run
     * @param lastMedia last media sequence number known to have been used, or -1
     * @param lastDiscontinuity last discontinuity sequence number known to have been used, or -1
     */
    Sequences(Instant now, long lastMedia, long lastDiscontinuity) {
        nextMedia = Math.max(lastMedia + 1, media(now));
        discontinuity = Math.max(lastDiscontinuity + 1, discontinuities(now));
    }

    private static long media(Instant now) {
        return now.getEpochSecond() - MEDIA_EPOCH.getEpochSecond();
    }

    private static long discontinuities(Instant now) {
        return Math.max(0, now.getEpochSecond() - DISCONTINUITY_EPOCH.getEpochSecond()) / DISCONTINUITY_SECONDS;
    }

    long nextMedia() {
        return nextMedia++;
    }

    long discontinuity() {
        return discontinuity;
    }

    /** A run goes on after a rest, at least at the number of its time; a new discontinuity is to be told next. */
    void resume(Instant now) {
        nextMedia = Math.max(nextMedia, media(now));
        discontinuity = Math.max(discontinuity, discontinuities(now) - 1);
    }

    void newDiscontinuity() {
        discontinuity++;
    }
}

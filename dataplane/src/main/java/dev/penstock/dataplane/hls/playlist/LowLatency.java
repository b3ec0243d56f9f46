package dev.penstock.dataplane.hls.playlist;

import java.time.Duration;
import java.util.Optional;

import dev.penstock.dataplane.segment.CmafConfig;

/**
 * What a playlist promises with EXT-X-SERVER-CONTROL and EXT-X-PART-INF (draft-pantos-hls-rfc8216bis 4.4.3.7 and 4.4.3.8): all of it
 * follows from the configuration, so that it never changes while a player plays.
 *
 * @param targetSeconds EXT-X-TARGETDURATION
 * @param partTarget PART-TARGET; empty where parts are not offered
 * @param skipUntil CAN-SKIP-UNTIL; empty where the window is too short to leave anything out
 */
public record LowLatency(int targetSeconds, Optional<Duration> partTarget, Optional<Duration> skipUntil) {
    /** The Skip Boundary is six target durations, the least that the standard allows. */
    private static final int SKIP_TARGETS = 6;
    /** From this many target durations on, a window has something worth leaving out. */
    private static final int WORTH_SKIPPING_TARGETS = 8;

    /** What is promised of streams that are cut like this. */
    public static LowLatency of(CmafConfig config) {
        int target = config.segments().targetSeconds();
        boolean skips = config.segments().window()
                .compareTo(Duration.ofSeconds((long) target * WORTH_SKIPPING_TARGETS)) >= 0;
        return new LowLatency(target, config.partTarget(),
                skips ? Optional.of(Duration.ofSeconds((long) target * SKIP_TARGETS)) : Optional.empty());
    }

    /** HOLD-BACK: three target durations, the least that the standard allows. */
    Duration holdBack() {
        return Duration.ofSeconds(3L * targetSeconds);
    }

    /** PART-HOLD-BACK: three part targets, as the standard advises. */
    Optional<Duration> partHoldBack() {
        return partTarget.map(p -> p.multipliedBy(3));
    }

    /** How far behind the end of the playlist parts are listed: three target durations (6.2.2). */
    Duration partsListed() {
        return holdBack();
    }

    /**
     * Advance Part Limit (6.2.5.2): how many parts beyond the newest may be asked for.
     */
    public int advanceParts() {
        return partTarget.map(p -> (int) Math.max(3, Math.ceilDiv(3000L, Math.max(1, p.toMillis())))).orElse(3);
    }
}

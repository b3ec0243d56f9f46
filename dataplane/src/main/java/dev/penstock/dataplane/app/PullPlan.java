package dev.penstock.dataplane.app;

import java.time.Duration;

import dev.penstock.api.Durations;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.dataplane.ingest.PullConfig;

/**
 * What is pulled, and when.
 *
 * @param sources what
 * @param onDemand only while somebody wants the stream
 * @param linger how long a stream counts as wanted after the last one has left
 * @param prewarm connect once at the start, as if somebody had come and left
 */
record PullPlan(PullConfig sources, boolean onDemand, Duration linger, boolean prewarm) {
    /** Below this, a viewer who asks again for each playlist would not keep the stream. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    /** Reads {@code spec.onDemand}. */
    static PullPlan of(PullConfig sources, LiveStreamSpec.OnDemand when) {
        Duration linger = Durations.parse(when.linger());
        return new PullPlan(sources, Boolean.TRUE.equals(when.enabled()), linger.compareTo(LEAST) < 0 ? LEAST : linger,
                Boolean.TRUE.equals(when.prewarm()));
    }
}

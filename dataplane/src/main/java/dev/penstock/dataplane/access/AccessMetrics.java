package dev.penstock.dataplane.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of who may play. Any thread. */
public final class AccessMetrics {
    private final Counter admitted;
    private final Counter unauthorized;
    private final Counter forbidden;
    private final Counter unavailable;
    private final Counter fetched;
    private final Counter notFetched;

    /** Declares the meters. */
    public AccessMetrics(MeterRegistry registry) {
        admitted = asked(registry, "admitted");
        unauthorized = asked(registry, "unauthorized");
        forbidden = asked(registry, "forbidden");
        unavailable = asked(registry, "unavailable");
        fetched = fetches(registry, "ok");
        notFetched = fetches(registry, "failed");
    }

    private static Counter asked(MeterRegistry registry, String verdict) {
        return Counter.builder("penstock.playback.access").tag("verdict", verdict)
                .description("Requests for streams that are not open to all, by what they were told")
                .register(registry);
    }

    private static Counter fetches(MeterRegistry registry, String result) {
        return Counter.builder("penstock.playback.keysets").tag("result", result)
                .description("Fetches of key sets (JWKS)").register(registry);
    }

    PlaybackVerdict count(PlaybackVerdict verdict) {
        Counter counter = switch (verdict) {
            case PlaybackVerdict.Admitted yes -> admitted;
            case PlaybackVerdict.Refused no -> no.status() == 401
                    ? unauthorized
                    : no.status() == 403 ? forbidden : unavailable;
        };
        counter.increment();
        return verdict;
    }

    void fetched(boolean ok) {
        (ok ? fetched : notFetched).increment();
    }
}

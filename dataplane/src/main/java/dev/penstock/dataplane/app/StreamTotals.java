package dev.penstock.dataplane.app;

import java.time.InstantSource;

import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.fanout.StreamCounts;
import dev.penstock.dataplane.hub.HubStats;

/** What a stream has counted, through all units that have served it. Any thread. */
final class StreamTotals {
    private final StreamCounts viewers;
    private @Nullable HubStats hub;
    private long before;

    StreamTotals(InstantSource clock) {
        viewers = new StreamCounts(Ticker.systemTicker(), clock);
    }

    /** What its HTTP-TS viewers got. */
    StreamCounts viewers() {
        return viewers;
    }

    /** From now on this hub receives. */
    synchronized void use(HubStats now) {
        before = received();
        hub = now;
    }

    /** Bytes from all sources. Never goes back: what an earlier hub receives from now on is not counted. */
    synchronized long received() {
        return before + (hub == null ? 0 : hub.bytes());
    }
}

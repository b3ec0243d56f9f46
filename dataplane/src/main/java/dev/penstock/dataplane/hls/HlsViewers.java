package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.Ticker;

/**
 * Counts the viewers of HLS streams: who asked for the media playlist within three target durations, told apart by address
 * and User-Agent. An estimate for people, not for billing. Bounded; any thread.
 */
public final class HlsViewers {
    private static final int MAX_PER_STREAM = 10_000;

    private final Ticker ticker;
    private final Map<String, Sessions> streams = new ConcurrentHashMap<>();

    /** Measures time by a ticker. */
    public HlsViewers(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Viewers of a stream ({@code ns/name}) now; at most 10,000 are told apart. */
    public int count(String stream) {
        Sessions sessions = streams.get(stream);
        return sessions == null ? 0 : sessions.sweep(ticker.nanoTime());
    }

    /** Forgets a stream that is no longer served. */
    public void remove(String stream) {
        streams.remove(stream);
    }

    /**
     * A media playlist was asked for.
     *
     * @param stream {@code ns/name} of a stream that is served here
     * @param address of the client
     * @param agent User-Agent, or empty
     * @param targetSeconds the stream's target duration
     */
    void seen(String stream, String address, String agent, int targetSeconds) {
        long window = TimeUnit.SECONDS.toNanos(3L * targetSeconds);
        streams.computeIfAbsent(stream, s -> new Sessions(window)).seen(ticker.nanoTime(),
                (long) address.hashCode() << 32 | (agent.hashCode() & 0xFFFF_FFFFL));
    }

    private static final class Sessions {
        private final long window;
        private final Map<Long, Long> lastSeen = new ConcurrentHashMap<>();
        private volatile long sweptAt = Long.MIN_VALUE;

        Sessions(long window) {
            this.window = window;
        }

        void seen(long now, long session) {
            if (sweptAt == Long.MIN_VALUE || now - sweptAt > window) {
                sweep(now);
            }
            if (lastSeen.size() < MAX_PER_STREAM || lastSeen.containsKey(session)) {
                lastSeen.put(session, now);
            }
        }

        int sweep(long now) {
            sweptAt = now;
            lastSeen.values().removeIf(at -> now - at > window);
            return lastSeen.size();
        }
    }
}

package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.input.ProxyServer;

/**
 * Where a stream is pulled from.
 *
 * @param sources one or more, best first
 * @param order how the next one is chosen
 * @param connectTimeout longest time to connect and see the first packets
 * @param stallTimeout a source that sends no packets for so long is given up
 * @param confine where files and sockets may be read from
 * @param failover when a source is left for another one
 * @param proxy through which TCP goes; null for none
 */
public record PullConfig(List<Source> sources, Order order, Duration connectTimeout, Duration stallTimeout,
        Confine confine, Failover failover, @Nullable ProxyServer proxy) {
    /** Longest time to connect, when nothing else is said. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Longest silence, when nothing else is said. */
    public static final Duration STALL_TIMEOUT = Duration.ofSeconds(10);

    /** Copies the list. */
    public PullConfig {
        sources = List.copyOf(sources);
    }

    /** Sources that may read files anywhere. */
    public PullConfig(List<Source> sources, Order order, Duration connectTimeout, Duration stallTimeout) {
        this(sources, order, connectTimeout, stallTimeout, Confine.NONE, Failover.DEFAULT, null);
    }

    /** One source, by priority, with the usual times. */
    public static PullConfig of(Source... sources) {
        return new PullConfig(List.of(sources), Order.PRIORITY, CONNECT_TIMEOUT, STALL_TIMEOUT);
    }

    /** The same with other rules of change. */
    public PullConfig with(Failover rules) {
        return new PullConfig(sources, order, connectTimeout, stallTimeout, confine, rules, proxy);
    }

    /** The same through a proxy. */
    public PullConfig with(ProxyServer server) {
        return new PullConfig(sources, order, connectTimeout, stallTimeout, confine, failover, server);
    }

    /**
     * When a source is left for another one.
     *
     * @param failBackAfter how long a better source must be healthy before the stream goes back to it; by priority only
     * @param minBitrate a source below it for the stall timeout is given up, bit/s; 0 for none
     * @param warmStandby whether the next source is kept connected too
     */
    public record Failover(Duration failBackAfter, long minBitrate, boolean warmStandby) {
        /** What holds when nothing else is said. */
        public static final Failover DEFAULT = new Failover(Duration.ofSeconds(30), 0, false);
    }

    /** How the next source is chosen. */
    public enum Order {
        /** The first that works, from the top of the list. */
        PRIORITY,
        /** The next in turn. */
        ROUND_ROBIN,
        /** In an order drawn anew for each round. */
        SHUFFLE
    }

    /**
     * A source: a URL or a command.
     *
     * @param url null for a command
     * @param command argument list, program first; empty for a URL
     * @param username for HTTP Basic, RTSP and RTMP; null for none
     * @param password for HTTP Basic, RTSP and RTMP, or the passphrase of SRT; null for none. Never shown
     * @param loop start a file again at its end
     * @param rtsp what only cameras need
     */
    public record Source(@Nullable String url, List<String> command, @Nullable String username,
            @Nullable String password, boolean loop, Rtsp rtsp) {
        /** Copies the list. */
        public Source {
            command = List.copyOf(command);
        }

        /** A source, cameras as usual. */
        public Source(@Nullable String url, List<String> command, @Nullable String username, @Nullable String password,
                boolean loop) {
            this(url, command, username, password, loop, Rtsp.USUAL);
        }

        /** A URL without authentication. */
        public static Source url(String url) {
            return new Source(url, List.of(), null, null, false);
        }

        /** A file or another URL that starts again at its end. */
        public static Source looped(String url) {
            return new Source(url, List.of(), null, null, true);
        }

        /** A program. */
        public static Source program(String... command) {
            return new Source(null, List.of(command), null, null, false);
        }

        /** Without anything that may be secret. */
        @Override
        public String toString() {
            return url != null ? "url" : "command";
        }
    }
    /**
     * How cameras are played.
     *
     * @param udp RTP travels on ports of its own, else in the RTSP connection
     * @param dropG711 G.711 is left out, else it becomes AAC
     */
    public record Rtsp(boolean udp, boolean dropG711) {
        /** Interleaved, with AAC made of G.711. */
        public static final Rtsp USUAL = new Rtsp(false, false);
    }
}

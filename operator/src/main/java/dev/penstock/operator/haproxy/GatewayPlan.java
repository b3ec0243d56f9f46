package dev.penstock.operator.haproxy;

import java.util.Optional;

/**
 * All that the configuration text depends on.
 *
 * @param bind where the front door listens, as in HAProxy's {@code bind}, for example {@code :8080}
 * @param socket path of the unix socket for run-time commands; there is no admin port
 * @param mapFile path of the partition map
 * @param host host name served, or empty for any
 * @param maxConnections connections at one time, at least 1
 * @param live the Live pool; a gateway has at most one, since the path does not say the pool
 */
public record GatewayPlan(String bind, String socket, String mapFile, Optional<String> host, int maxConnections,
        Optional<LiveBackend> live) {
    /** Checks the numbers and refuses text that would break out of its line. */
    public GatewayPlan {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 1)");
        }
        Word.check("bind", bind);
        Word.check("socket", socket);
        Word.check("mapFile", mapFile);
        host.ifPresent(h -> Word.check("host", h));
    }
}

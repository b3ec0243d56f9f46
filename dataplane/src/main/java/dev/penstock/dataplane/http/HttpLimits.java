package dev.penstock.dataplane.http;

import java.time.Duration;

/**
 * What a client may ask for. Times are kept to about a quarter of the shortest of them.
 *
 * @param requestLineBytes longest request line; beyond: 414
 * @param headerBytes largest sum of header lines; beyond: 431
 * @param bodyBytes largest body of a PUT or POST that is not taken as it comes; beyond: 413
 * @param connections open connections of one server; beyond: 503 and close
 * @param requestsPerConnection requests after which a kept connection is closed
 * @param requestTimeout from the first byte of a request to its last; beyond: 408 and close. Of a body that is taken
 *     as it comes: from one read to the next
 * @param idleTimeout how long a kept connection may wait for its next request
 * @param writeTimeout how long a client may take no byte of an answer; beyond: close
 */
public record HttpLimits(int requestLineBytes, int headerBytes, int bodyBytes, int connections,
        int requestsPerConnection, Duration requestTimeout, Duration idleTimeout, Duration writeTimeout) {
    /** For servers that people and balancers reach. */
    public static final HttpLimits DEFAULTS = new HttpLimits(4 << 10, 16 << 10, 1 << 20, 20_000, 10_000,
            Duration.ofSeconds(20), Duration.ofSeconds(75), Duration.ofSeconds(30));

    /** Checks that every limit is above zero. */
    public HttpLimits {
        positive("requestLineBytes", requestLineBytes);
        positive("headerBytes", headerBytes);
        positive("bodyBytes", bodyBytes);
        positive("connections", connections);
        positive("requestsPerConnection", requestsPerConnection);
        positive("requestTimeout", requestTimeout.toNanos());
        positive("idleTimeout", idleTimeout.toNanos());
        positive("writeTimeout", writeTimeout.toNanos());
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}

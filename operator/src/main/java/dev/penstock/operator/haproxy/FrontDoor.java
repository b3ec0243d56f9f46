package dev.penstock.operator.haproxy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that the configuration text depends on.
 *
 * @param bind where the front door listens, as in HAProxy's {@code bind}, for example {@code :8080}
 * @param tls the same over TLS, or empty for plain HTTP only
 * @param adminBind where probes and HAProxy's own metrics are answered, never to the outside
 * @param folder folder of the files below
 * @param host host name served, or empty for any
 * @param maxConnections connections at one time, at least 1
 * @param live the Live pool; a gateway has at most one, since the path does not say the pool
 * @param applications client applications on the same host; kept with the longest path first
 */
public record FrontDoor(String bind, Optional<Tls> tls, String adminBind, String folder, Optional<String> host,
        int maxConnections, Optional<LiveBackend> live, List<Application> applications) {
    /** Name of the configuration file in the folder. */
    public static final String CONFIGURATION = "haproxy.cfg";
    /** Name of the map file of partitions. */
    public static final String PARTITIONS = "partitions.map";
    /** Name of the map file of aliases. */
    public static final String ALIASES = "aliases.map";
    /** Name of the unix socket for run-time commands; there is no admin port. */
    public static final String SOCKET = "admin.sock";
    /** Name of the unix socket of HAProxy's master process. */
    public static final String MASTER_SOCKET = "master.sock";

    /** Name of the unix socket by which RTMP over TLS comes to its frontend. */
    static final String RTMPS_SOCKET = "rtmps.sock";

    /**
     * The front door over TLS.
     *
     * @param bind where it listens
     * @param certificate path of the certificate chain, PEM, ending in {@code .crt}; its key lies beside it and ends in {@code .key}
     * @param port port to the outside, to which plain HTTP is sent
     */
    public record Tls(String bind, String certificate, int port) {
        /** Refuses text that would break out of its line. */
        public Tls {
            Word.check("tls.bind", bind);
            Word.check("tls.certificate", certificate);
        }
    }

    /**
     * A client application.
     *
     * @param path path prefix, without a slash at its end; empty for all that nobody else has
     * @param address name or address of its Service
     * @param port its port
     */
    public record Application(String path, String address, int port) {
        /** Refuses text that would break out of its line. */
        public Application {
            path = path.replaceFirst("/+$", "");
            if (!path.isEmpty()) {
                Word.check("route", path);
            }
            Word.check("address", address);
        }
    }

    /** Checks the numbers and refuses text that would break out of its line. */
    public FrontDoor {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 1)");
        }
        Word.check("bind", bind);
        Word.check("adminBind", adminBind);
        Word.check("folder", folder);
        host.ifPresent(h -> Word.check("host", h));
        applications = applications.stream().sorted(
                Comparator.comparingInt((Application a) -> -a.path().length()).thenComparing(Application::path))
                .toList();
    }

    /** Path of a file in the folder. */
    String file(String name) {
        return folder + "/" + name;
    }

    /** True if HAProxy must resolve names. */
    boolean hasNames() {
        return live.filter(LiveBackend::hasNames).isPresent()
                || applications.stream().anyMatch(a -> LiveBackend.isName(a.address()));
    }
}

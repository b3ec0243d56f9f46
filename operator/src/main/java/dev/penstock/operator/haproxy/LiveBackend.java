package dev.penstock.operator.haproxy;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The pods of a Live pool.
 *
 * @param name name of the backend, for example {@code live}
 * @param servers one for each ordinal, ascending
 */
public record LiveBackend(String name, List<Server> servers) {
    /**
     * A pod.
     *
     * @param name name of the pod; the partition map speaks of it by this name
     * @param ordinal ordinal in the StatefulSet; the server's id is ordinal + 1, so the hash ring keeps its shape whatever the
     *        order of lines or the address of a pod
     * @param address DNS name or address
     * @param port port of playback and publishing
     * @param adminPort port that answers {@code /readyz}
     */
    public record Server(String name, int ordinal, String address, int port, int adminPort) {
        /** Refuses text that would break out of its line. */
        public Server {
            Word.check("server", name);
            Word.check("address", address);
        }
    }

    /** Refuses text that would break out of its line. */
    public LiveBackend {
        Word.check("backend", name);
        servers = List.copyOf(servers);
    }

    /**
     * The pods of a StatefulSet, by the DNS names that its headless Service gives them.
     *
     * @param pool name of the pool and of its StatefulSet
     * @param namespace namespace of both
     * @param headless name of the headless Service
     * @param replicas number of pods
     * @param port port of playback and publishing
     * @param adminPort port that answers {@code /readyz}
     * @param clusterDomain domain of the cluster, mostly {@code cluster.local}
     */
    public static LiveBackend of(String pool, String namespace, String headless, int replicas, int port, int adminPort,
            String clusterDomain) {
        String domain = "." + headless + "." + namespace + ".svc." + clusterDomain;
        return new LiveBackend("live", IntStream.range(0, replicas)
                .mapToObj(i -> new Server(pool + "-" + i, i, pool + "-" + i + domain, port, adminPort)).toList());
    }

    /** True if an address is a name that HAProxy must resolve. */
    boolean hasNames() {
        return servers.stream().anyMatch(s -> isName(s.address()));
    }

    /** True if it is a name, not an address. */
    static boolean isName(String address) {
        return !address.matches("[0-9.]+|.*:.*");
    }
}

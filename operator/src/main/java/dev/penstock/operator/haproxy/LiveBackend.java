package dev.penstock.operator.haproxy;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The pods of a Live pool.
 *
 * @param name name of the backend, for example {@code live}
 * @param servers one for each ordinal, ascending
 * @param rtmpBind where HAProxy listens for RTMP publishers
 */
public record LiveBackend(String name, List<Server> servers, String rtmpBind) {
    /**
     * A pod.
     *
     * @param name name of the pod; the partition map speaks of it by this name
     * @param ordinal ordinal in the StatefulSet; the server's id is ordinal + 1, so the hash ring keeps its shape whatever the
     *        order of lines or the address of a pod
     * @param address DNS name or address
     * @param ports where it listens
     */
    public record Server(String name, int ordinal, String address, Ports ports) {
        /** Refuses text that would break out of its line. */
        public Server {
            Word.check("server", name);
            Word.check("address", address);
        }
    }

    /**
     * Ports of a pod.
     *
     * @param http port of playback and publishing over HTTP
     * @param admin port that answers {@code /readyz}
     * @param rtmp port of RTMP publishers
     */
    public record Ports(int http, int admin, int rtmp) {}

    /** Refuses text that would break out of its line. */
    public LiveBackend {
        Word.check("backend", name);
        Word.check("rtmpBind", rtmpBind);
        servers = List.copyOf(servers);
    }

    /**
     * The pods of a StatefulSet, by the DNS names that its headless Service gives them.
     *
     * @param pool name of the pool and of its StatefulSet
     * @param domain DNS domain in which the pods have their names
     * @param replicas number of pods
     * @param ports where each listens
     * @param rtmpBind where HAProxy listens for RTMP publishers
     */
    public static LiveBackend of(String pool, String domain, int replicas, Ports ports, String rtmpBind) {
        return new LiveBackend("live", IntStream.range(0, replicas)
                .mapToObj(i -> new Server(pool + "-" + i, i, pool + "-" + i + "." + domain, ports)).toList(), rtmpBind);
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

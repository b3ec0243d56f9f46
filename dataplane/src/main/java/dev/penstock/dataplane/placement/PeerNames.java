package dev.penstock.dataplane.placement;

/**
 * Where a pool's pods are found.
 *
 * @param pool name of the pool; its pods are {@code pool-0}, {@code pool-1} and so on
 * @param ordinal number of this pod
 * @param domain DNS domain of their names; empty when they cannot be found
 * @param port port of viewers, the same on each
 */
public record PeerNames(String pool, int ordinal, String domain, int port) {
    /** Name of this pod. */
    public String self() {
        return pod(ordinal);
    }

    /** Name of a pod. */
    public String pod(int number) {
        return pool + "-" + number;
    }

    /** DNS name of a pod. */
    public String host(int number) {
        return pod(number) + "." + domain;
    }
}

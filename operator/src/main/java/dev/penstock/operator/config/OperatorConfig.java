package dev.penstock.operator.config;

import java.time.Duration;
import java.util.Set;

/**
 * What the operator is told at start.
 *
 * @param namespaces namespaces that it serves; empty for all
 * @param image image of the data plane for pools that name none
 * @param clusterDomain DNS domain of the cluster
 * @param adminPort port of {@code /healthz}, {@code /readyz} and {@code /metrics}; 0 for any free one
 * @param leaderElection how several operators agree on one
 * @param gatewayImages images of the pods of managed gateways
 */
public record OperatorConfig(Set<String> namespaces, String image, String clusterDomain, int adminPort,
        LeaderElection leaderElection, GatewayImages gatewayImages) {
    /**
     * Images of the pods of managed gateways.
     *
     * @param haproxy image of HAProxy for gateways that name none
     * @param agent image of the agent beside it, which is the operator's own; empty if managed gateways are not wanted
     */
    public record GatewayImages(String haproxy, String agent) {
        /** The official HAProxy, and no agent. */
        public static final GatewayImages NONE = new GatewayImages("haproxy:3.2", "");
    }

    /**
     * How several operators agree on one.
     *
     * @param enabled false when there is only one for sure
     * @param leaseName name of the Lease
     * @param leaseNamespace namespace of the Lease
     * @param leaseDuration after this time without a word from the leader another one leads, at least 1 s
     * @param identity name of this operator in the Lease, unique among its fellows, for example the pod's name
     */
    public record LeaderElection(boolean enabled, String leaseName, String leaseNamespace, Duration leaseDuration,
            String identity) {
        /** No election. */
        public static final LeaderElection NONE = new LeaderElection(false, "", "", Duration.ZERO, "");

        /** Checks that what an election needs is there. */
        public LeaderElection {
            if (enabled) {
                require("lease-name", leaseName);
                require("lease-namespace", leaseNamespace);
                require("identity", identity);
                if (leaseDuration.toSeconds() < 1) {
                    throw new IllegalArgumentException(
                            "lease-duration: " + leaseDuration + " (expected: at least 1 s)");
                }
            }
        }
    }

    /** Settings without managed gateways. */
    public OperatorConfig(Set<String> namespaces, String image, String clusterDomain, int adminPort,
            LeaderElection leaderElection) {
        this(namespaces, image, clusterDomain, adminPort, leaderElection, GatewayImages.NONE);
    }

    /** Checks the values. */
    public OperatorConfig {
        namespaces = Set.copyOf(namespaces);
        require("image", image);
        require("cluster-domain", clusterDomain);
        require("haproxy-image", gatewayImages.haproxy());
        if (adminPort < 0 || adminPort > 65_535) {
            throw new IllegalArgumentException("admin: " + adminPort + " (expected: 0 to 65535)");
        }
    }

    private static void require(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + ": '' (expected: a value)");
        }
    }
}

package dev.penstock.operator.desired;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** What protects the pods of a pool. */
public final class PodGuards {
    private PodGuards() {}

    /** One pod at a time is evicted; one that is broken anyway never holds up a drain. */
    public static PodDisruptionBudget disruptionBudget(PoolPlan plan) {
        return new PodDisruptionBudgetBuilder().withMetadata(plan.metadata(plan.name())).withNewSpec()
                .withNewMaxUnavailable(1)
                .withUnhealthyPodEvictionPolicy("AlwaysAllow").withNewSelector().withMatchLabels(plan.selector())
                .endSelector().endSpec()
                .build();
    }

    /** Media from everywhere, probes and metrics only from pods of the cluster. */
    public static NetworkPolicy networkPolicy(PoolPlan plan) {
        return new NetworkPolicyBuilder().withMetadata(plan.metadata(plan.name())).withNewSpec().withNewPodSelector()
                .withMatchLabels(plan.selector()).endPodSelector().withPolicyTypes("Ingress").addNewIngress()
                .addNewPort()
                .withProtocol("TCP").withNewPort("http").endPort().addNewPort().withProtocol("TCP").withNewPort("rtmp")
                .endPort()
                .addNewPort().withProtocol("UDP").withNewPort("srt").endPort().endIngress().addNewIngress().addNewFrom()
                .withNewNamespaceSelector()
                .endNamespaceSelector().endFrom().addNewPort().withProtocol("TCP").withNewPort("admin").endPort()
                .endIngress().endSpec()
                .build();
    }
}

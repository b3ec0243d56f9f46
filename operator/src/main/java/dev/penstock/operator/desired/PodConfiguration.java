package dev.penstock.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;

/** The ConfigMap of a pool. */
public final class PodConfiguration {
    private PodConfiguration() {}

    /** Holds {@code pool.yaml}, the pool's definition, which pods that start while the API server is away go by. */
    public static ConfigMap desired(PoolPlan plan) {
        return new ConfigMapBuilder().withMetadata(plan.metadata(plan.configMap()))
                .addToData("pool.yaml", plan.poolYaml()).build();
    }
}

package dev.penstock.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;

import dev.penstock.operator.haproxy.ConfigurationWriter;
import dev.penstock.operator.haproxy.FrontDoor;

/** The ConfigMap of a managed gateway, which the agents beside HAProxy watch. */
public final class GatewayConfiguration {
    private GatewayConfiguration() {}

    /** Holds HAProxy's configuration, the map of aliases, and under {@code pool} the name of the Live pool, whose table the agents follow. */
    public static ConfigMap desired(GatewayPlan plan) {
        return new ConfigMapBuilder().withMetadata(plan.metadata(plan.objectName()))
                .addToData(FrontDoor.CONFIGURATION, ConfigurationWriter.write(plan.frontDoor()))
                .addToData(FrontDoor.ALIASES, plan.aliases().text())
                .addToData("pool", plan.live().map(p -> p.getMetadata().getName()).orElse("")).build();
    }
}

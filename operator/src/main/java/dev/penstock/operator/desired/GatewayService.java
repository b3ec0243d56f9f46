package dev.penstock.operator.desired;

import java.util.ArrayList;
import java.util.List;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** How a managed gateway is reached, and what keeps it reachable. */
public final class GatewayService {
    private GatewayService() {}

    /** The ports to the outside. HAProxy's probe, metrics and sockets are not among them. */
    public static Service desired(GatewayPlan plan) {
        List<ServicePort> ports = new ArrayList<>();
        ports.add(port("http", plan.spec().ports().http()));
        if (plan.spec().tls() != null) {
            ports.add(port("https", plan.spec().ports().https()));
        }
        if (plan.live().isPresent()) {
            ports.add(port("rtmp", plan.spec().ports().rtmp()));
        }
        return new ServiceBuilder().withMetadata(plan.metadata(plan.objectName())).withNewSpec().withType(type(plan))
                .withSelector(plan.selector()).withPorts(ports).endSpec().build();
    }

    /** One pod at a time is evicted; for gateways of several pods only, or a drain would never end. */
    public static PodDisruptionBudget budget(GatewayPlan plan) {
        return new PodDisruptionBudgetBuilder().withMetadata(plan.metadata(plan.objectName())).withNewSpec()
                .withNewMaxUnavailable(1).withUnhealthyPodEvictionPolicy("AlwaysAllow").withNewSelector()
                .withMatchLabels(plan.selector()).endSelector().endSpec().build();
    }

    /** True if the gateway has a budget. */
    public static boolean hasBudget(GatewayPlan plan) {
        return plan.isManaged() && plan.spec().replicas() > 1;
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder().withName(name).withPort(number).withNewTargetPort(name).withProtocol("TCP")
                .build();
    }

    private static String type(GatewayPlan plan) {
        return switch (plan.spec().serviceType()) {
            case CLUSTER_IP -> "ClusterIP";
            case NODE_PORT -> "NodePort";
            case LOAD_BALANCER -> "LoadBalancer";
        };
    }
}

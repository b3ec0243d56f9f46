package dev.penstock.operator.desired;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/** The Services of a pool: one that names each pod, one for clients. */
public final class PodServices {
    private PodServices() {}

    /** Names each pod, ready or not: pods find each other, and HAProxy checks for itself. */
    public static Service headless(PoolPlan plan) {
        return new ServiceBuilder().withMetadata(plan.metadata(plan.headless())).withNewSpec().withClusterIP("None")
                .withPublishNotReadyAddresses(true).withSelector(plan.selector())
                .withPorts(port("http", PoolPlan.HTTP_PORT), port("admin", PoolPlan.ADMIN_PORT),
                        port("rtmp", PoolPlan.RTMP_PORT))
                .endSpec().build();
    }

    /** Any ready pod, for clients inside the cluster; and for SRT publishers, whose UDP no gateway carries. */
    public static Service client(PoolPlan plan) {
        return new ServiceBuilder().withMetadata(plan.metadata(plan.name())).withNewSpec().withType("ClusterIP")
                .withSelector(plan.selector())
                .withPorts(port("http", PoolPlan.SERVICE_PORT), port("rtmp", PoolPlan.RTMP_PORT),
                        port("srt", PoolPlan.SRT_PORT, "UDP"))
                .endSpec().build();
    }

    private static ServicePort port(String name, int number) {
        return port(name, number, "TCP");
    }

    private static ServicePort port(String name, int number, String protocol) {
        return new ServicePortBuilder().withName(name).withPort(number).withNewTargetPort(name).withProtocol(protocol)
                .build();
    }
}

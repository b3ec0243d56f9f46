package dev.penstock.operator.desired;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewaySpec;
import dev.penstock.api.v1alpha1.MediaGatewaySpec.Provider;
import dev.penstock.api.v1alpha1.MediaGatewaySpec.Route;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.haproxy.Aliases;
import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.FrontDoor.Application;
import dev.penstock.operator.haproxy.FrontDoor.Tls;
import dev.penstock.operator.haproxy.LiveBackend;

/**
 * All that the objects of a gateway depend on, and the names they know each other by.
 *
 * @param gateway the gateway, with the defaults of its schema
 * @param live its Live pool
 * @param aliases aliases of the streams of that pool
 * @param config the operator's settings
 */
public record GatewayPlan(MediaGateway gateway, Optional<MediaPool> live, Aliases aliases, OperatorConfig config) {
    /** Port of playback, publishing and the API in the pods. */
    static final int HTTP_PORT = 8080;
    /** The same over TLS. */
    static final int HTTPS_PORT = 8443;
    /** Port of RTMP publishers in the pods. */
    static final int RTMP_PORT = 1935;
    /** Port of HAProxy's probe and metrics. */
    static final int ADMIN_PORT = 8404;
    /** Port of the agent's probe. */
    static final int AGENT_PORT = 8405;
    /** Folder that HAProxy and the agent share. */
    static final String FOLDER = "/var/run/penstock";
    /** Where the Secret with the certificate is mounted. */
    static final String TLS_FOLDER = "/etc/penstock/tls";

    private static final int MAX_CONNECTIONS = 20_000;

    /** The settings. */
    MediaGatewaySpec spec() {
        return gateway.getSpec();
    }

    /** Name of the gateway. */
    String name() {
        return gateway.getMetadata().getName();
    }

    /** Namespace of the gateway and of all its objects. */
    String namespace() {
        return gateway.getMetadata().getNamespace();
    }

    /** Name of most objects. */
    public String objectName() {
        return objectName(gateway);
    }

    /** Name of most objects of a gateway. */
    public static String objectName(MediaGateway gateway) {
        return gateway.getMetadata().getName() + "-gateway";
    }

    /** True if the operator runs an HAProxy for it. */
    public boolean isManaged() {
        return spec().provider() == Provider.MANAGED;
    }

    /** True if a controller of somebody else carries the traffic, by Ingress objects. */
    public boolean isIngress() {
        return spec().provider() == Provider.HAPROXY_INGRESS || spec().provider() == Provider.HAPROXY_TECH;
    }

    /** Client applications. */
    public List<Route> routes() {
        return spec().routes() == null ? List.of() : spec().routes();
    }

    /** Labels that choose the gateway's pods, sorted; they never change, a Deployment does not allow it. A new map. */
    Map<String, String> selector() {
        return new TreeMap<>(Map.of("app.kubernetes.io/name", "penstock-gateway", Labels.GATEWAY, name()));
    }

    /** Metadata of an object of the gateway. */
    ObjectMeta metadata(String objectName) {
        Map<String, String> labels = selector();
        labels.put("app.kubernetes.io/managed-by", PoolPlan.MANAGED_BY);
        return new ObjectMetaBuilder().withName(objectName).withNamespace(namespace()).withLabels(labels).build();
    }

    /** Path of the certificate in the pods. */
    Optional<String> certificate() {
        return Optional.ofNullable(spec().tls()).map(_ -> TLS_FOLDER + "/tls.crt");
    }

    /** What HAProxy is told. */
    FrontDoor frontDoor() {
        Optional<Tls> tls = certificate().map(file -> new Tls(":" + HTTPS_PORT, file, spec().ports().https()));
        String domain = "." + namespace() + ".svc." + config.clusterDomain();
        List<Application> applications = routes().stream()
                .map(r -> new Application(r.path(), r.serviceRef().name() + domain, r.serviceRef().port())).toList();
        return new FrontDoor(":" + HTTP_PORT, tls, ":" + ADMIN_PORT, FOLDER, Optional.ofNullable(spec().host()),
                MAX_CONNECTIONS, live.map(this::backend), applications);
    }

    private LiveBackend backend(MediaPool pool) {
        String name = pool.getMetadata().getName();
        LiveBackend.Ports ports = new LiveBackend.Ports(PoolPlan.HTTP_PORT, PoolPlan.ADMIN_PORT, PoolPlan.RTMP_PORT);
        return LiveBackend.of(name, name + "-pods." + namespace() + ".svc." + config.clusterDomain(), servers(pool),
                ports, ":" + RTMP_PORT);
    }

    /** As many as there shall be, and as many as still own something. */
    private static int servers(MediaPool pool) {
        List<Integer> members = pool.getStatus() == null || pool.getStatus().ring() == null
                || pool.getStatus().ring().members() == null ? List.of() : pool.getStatus().ring().members();
        return IntStream.concat(IntStream.of(pool.getSpec().replicas()), members.stream().mapToInt(m -> m + 1)).max()
                .orElse(0);
    }

    /** Names of pools, sorted. */
    public static List<String> names(Collection<MediaPool> pools) {
        return pools.stream().map(p -> p.getMetadata().getName()).sorted().toList();
    }
}

package dev.penstock.operator.desired;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;

import dev.penstock.api.v1alpha1.MediaGatewaySpec.Provider;

/**
 * The Ingress objects of a gateway whose traffic a controller of somebody else carries. Requests go to pods by a consistent hash of
 * the identity; a pod that gets what another one owns relays.
 */
public final class GatewayIngress {
    private static final String HASH = "hash path,field(3,/,2)";
    private static final String HASH_TYPE = "hash-type consistent djb2 avalanche";

    private GatewayIngress() {}

    /** True if there is a pool to route to. */
    public static boolean hasPool(GatewayPlan plan) {
        return plan.isIngress() && plan.live().isPresent();
    }

    /** True if there are client applications to route to. */
    public static boolean hasApplications(GatewayPlan plan) {
        return plan.isIngress() && !plan.routes().isEmpty();
    }

    /** Name of the Ingress of client applications. */
    static String applicationsName(GatewayPlan plan) {
        return plan.objectName() + "-apps";
    }

    /** One path for each thing that the pool does. */
    public static Ingress pool(GatewayPlan plan) {
        String service = plan.live().orElseThrow().getMetadata().getName();
        List<HTTPIngressPath> paths = Stream.concat(
                Stream.of("/live", "/publish", "/recordings", "/api", "/assets")
                        .map(path -> path(path, "Prefix", service, PoolPlan.SERVICE_PORT)),
                Stream.of(path("/", "Exact", service, PoolPlan.SERVICE_PORT))).toList();
        ObjectMeta metadata = new ObjectMetaBuilder(plan.metadata(plan.objectName())).withAnnotations(annotations(plan))
                .build();
        return ingress(plan, metadata, paths);
    }

    /** Client applications on the same host; without the annotations of the pool, they are hashed by nothing. */
    public static Ingress applications(GatewayPlan plan) {
        return ingress(plan, plan.metadata(applicationsName(plan)),
                plan.routes().stream().map(r -> path(r.path(), "Prefix", r.serviceRef().name(), r.serviceRef().port()))
                        .toList());
    }

    private static Ingress ingress(GatewayPlan plan, ObjectMeta metadata, List<HTTPIngressPath> paths) {
        String host = plan.spec().host();
        return new IngressBuilder().withMetadata(metadata).withNewSpec()
                .withIngressClassName(plan.spec().ingressClassName()).withTls(tls(plan))
                .withRules(new IngressRuleBuilder().withHost(host).withNewHttp().withPaths(paths).endHttp().build())
                .endSpec().build();
    }

    private static List<IngressTLS> tls(GatewayPlan plan) {
        return Optional.ofNullable(plan.spec().tls()).map(tls -> {
            IngressTLSBuilder builder = new IngressTLSBuilder().withSecretName(tls.secretRef().name());
            return (plan.spec().host() == null ? builder : builder.withHosts(plan.spec().host())).build();
        }).stream().toList();
    }

    private static HTTPIngressPath path(String path, String type, String service, int port) {
        return new HTTPIngressPathBuilder().withPath(path).withPathType(type).withNewBackend().withNewService()
                .withName(service).withNewPort().withNumber(port).endPort().endService().endBackend().build();
    }

    private static Map<String, String> annotations(GatewayPlan plan) {
        return plan.spec().provider() == Provider.HAPROXY_INGRESS
                ? new TreeMap<>(Map.of("haproxy-ingress.github.io/balance-algorithm", HASH,
                        "haproxy-ingress.github.io/config-backend-early", HASH_TYPE,
                        // 16 points on the ring for each server are too few.
                        "haproxy-ingress.github.io/initial-weight", "100",
                        "haproxy-ingress.github.io/timeout-server", "1h"))
                // Its own annotation for balancing knows no hash of an expression. The order of its servers is random, so
                // their address stands for them (HAProxy 3.0 and later, which this controller brings).
                : new TreeMap<>(Map.of("haproxy.org/backend-config-snippet",
                        "balance " + HASH + "\n" + HASH_TYPE + "\ndefault-server hash-key addr\n",
                        "haproxy.org/timeout-server", "1h"));
    }
}

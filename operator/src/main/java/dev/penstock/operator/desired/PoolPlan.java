package dev.penstock.operator.desired;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Durations;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.ResourceNeeds;
import dev.penstock.api.v1alpha1.Spool;
import dev.penstock.operator.config.OperatorConfig;

/**
 * All that the objects of a pool depend on, and the names they know each other by.
 *
 * @param name name of the pool
 * @param namespace namespace of the pool and of all its objects
 * @param replicas pods
 * @param image image of the data plane
 * @param resources compute resources of the media container, or null for none
 * @param spool where segments lie until they are uploaded
 * @param drain longest time a pod gets to hand over
 * @param clusterDomain DNS domain of the cluster
 * @param podTemplate what the user has merged over the pods, empty for nothing
 */
public record PoolPlan(String name, String namespace, int replicas, String image, @Nullable ResourceNeeds resources,
        Spool spool,
        Duration drain, String clusterDomain, Map<String, Object> podTemplate) {
    /** Port of playback, publishing and the API in the pods. */
    public static final int HTTP_PORT = 8080;
    /** Port of probes and metrics in the pods. */
    public static final int ADMIN_PORT = 9090;
    /** Port of RTMP publishers, in the pods and of the Services. */
    public static final int RTMP_PORT = 1935;
    /** UDP port of SRT publishers, in the pods and of the client Service. */
    public static final int SRT_PORT = 9710;
    /** Port of playback, publishing and the API of the client Service. */
    public static final int SERVICE_PORT = 80;
    /** Value of {@code app.kubernetes.io/managed-by}. */
    public static final String MANAGED_BY = FieldManagers.OPERATOR;

    private static final String NAME_LABEL = "app.kubernetes.io/name";

    /**
     * The plan of a pool.
     *
     * @param pool the pool, with the defaults of its schema
     * @param config the operator's settings
     */
    public static PoolPlan of(MediaPool pool, OperatorConfig config) {
        MediaPoolSpec spec = pool.getSpec();
        String image = spec.image() == null ? config.image() : spec.image();
        return new PoolPlan(pool.getMetadata().getName(), pool.getMetadata().getNamespace(), spec.replicas(), image,
                spec.resources(),
                spec.spool(), Durations.parse(spec.drainTimeout()), config.clusterDomain(),
                spec.podTemplate() == null ? Map.of() : spec.podTemplate());
    }

    /** Name of the headless Service that names each pod. */
    public String headless() {
        return name + "-pods";
    }

    /** DNS domain in which each pod has its name. */
    public String peers() {
        return headless() + "." + namespace + ".svc." + clusterDomain;
    }

    /** Name of the pods' Role and RoleBinding. */
    public String role() {
        return name + "-pods";
    }

    /** Labels that choose the pool's pods, sorted; they never change, a StatefulSet does not allow it. A new map. */
    public Map<String, String> selector() {
        return new TreeMap<>(Map.of(NAME_LABEL, "penstock", Labels.POOL, name));
    }

    /** The selector as text, for the scale subresource. */
    public String selectorText() {
        return NAME_LABEL + "=penstock," + Labels.POOL + "=" + name;
    }

    /** Metadata of an object of the pool. */
    ObjectMeta metadata(String objectName) {
        Map<String, String> labels = selector();
        labels.put("app.kubernetes.io/managed-by", MANAGED_BY);
        return new ObjectMetaBuilder().withName(objectName).withNamespace(namespace).withLabels(labels).build();
    }
}

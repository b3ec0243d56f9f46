package dev.penstock.operator.desired;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.ResourceNeeds;
import dev.penstock.api.v1alpha1.Spool.Medium;

/** The StatefulSet of a pool. Its pods pass the restricted Pod Security profile. */
public final class PodSet {
    /** Name of the container that serves. */
    static final String CONTAINER = "media";
    /** Where the spool is mounted. */
    static final String DATA = "/var/lib/penstock";
    private static final long USER = 10_001;
    /** After the drain the spool is closed and uploads in flight end. */
    private static final Duration CLOSE = Duration.ofSeconds(30);

    private PodSet() {}

    /** The StatefulSet. */
    public static StatefulSet desired(PoolPlan plan) {
        return new StatefulSetBuilder().withMetadata(plan.metadata(plan.name())).withNewSpec()
                .withReplicas(plan.replicas())
                .withServiceName(plan.headless()).withPodManagementPolicy("Parallel").withNewSelector()
                .withMatchLabels(plan.selector())
                .endSelector().withNewUpdateStrategy().withType("RollingUpdate").endUpdateStrategy()
                .withNewPersistentVolumeClaimRetentionPolicy().withWhenDeleted("Retain").withWhenScaled("Retain")
                .endPersistentVolumeClaimRetentionPolicy()
                .withTemplate(PodTemplateMerge.merge(pod(plan), plan.podTemplate()))
                .withVolumeClaimTemplates(claims(plan)).endSpec().build();
    }

    /** What of {@code spec.podTemplate} cannot be done, each with its field; empty if all can. */
    public static List<String> problems(PoolPlan plan) {
        return PodTemplateMerge.problems(pod(plan), plan.podTemplate());
    }

    private static PodTemplateSpec pod(PoolPlan plan) {
        return new PodTemplateSpecBuilder().withNewMetadata().addToLabels(plan.selector()).endMetadata().withNewSpec()
                .withServiceAccountName(plan.name()).addNewReadinessGate(Labels.JOINED).withEnableServiceLinks(false)
                .withSecurityContext(podSecurity())
                .withTerminationGracePeriodSeconds(plan.drain().plus(CLOSE).toSeconds())
                .withTopologySpreadConstraints(spread(plan, "kubernetes.io/hostname"),
                        spread(plan, "topology.kubernetes.io/zone"))
                .withContainers(container(plan)).withVolumes(volumes(plan)).endSpec().build();
    }

    private static Container container(PoolPlan plan) {
        ContainerBuilder container = new ContainerBuilder().withName(CONTAINER).withImage(plan.image())
                .withArgs("serve", "--pool", plan.name(), "--namespace", plan.namespace(), "--ordinal-from-hostname",
                        "--http",
                        String.valueOf(PoolPlan.HTTP_PORT), "--admin", String.valueOf(PoolPlan.ADMIN_PORT), "--data",
                        DATA)
                .withEnv(fromField("POD_NAME", "metadata.name"), fromField("POD_IP", "status.podIP"),
                        fromField("NODE_NAME", "spec.nodeName"),
                        new EnvVarBuilder().withName("PENSTOCK_PEERS").withValue(plan.peers()).build())
                .addNewPort().withName("http").withContainerPort(PoolPlan.HTTP_PORT).withProtocol("TCP").endPort()
                .addNewPort()
                .withName("admin").withContainerPort(PoolPlan.ADMIN_PORT).withProtocol("TCP").endPort()
                .addNewPort().withName("rtmp").withContainerPort(PoolPlan.RTMP_PORT).withProtocol("TCP").endPort()
                .addNewPort().withName("srt").withContainerPort(PoolPlan.SRT_PORT).withProtocol("UDP").endPort()
                .withStartupProbe(probe("/healthz", 1, 60)).withLivenessProbe(probe("/healthz", 10, 6))
                .withReadinessProbe(probe("/readyz", 2, 2)).withSecurityContext(containerSecurity()).addNewVolumeMount()
                .withName("data")
                .withMountPath(DATA).endVolumeMount().addNewVolumeMount().withName("tmp").withMountPath("/tmp")
                .endVolumeMount();
        ResourceNeeds needs = plan.resources();
        if (needs != null) {
            container.withNewResources().withRequests(needs.requests()).withLimits(needs.limits()).endResources();
        }
        return container.build();
    }

    private static EnvVar fromField(String name, String field) {
        return new EnvVarBuilder().withName(name).withNewValueFrom().withNewFieldRef().withApiVersion("v1")
                .withFieldPath(field)
                .endFieldRef().endValueFrom().build();
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder().withNewHttpGet().withPath(path).withNewPort("admin").withScheme("HTTP").endHttpGet()
                .withPeriodSeconds(periodSeconds).withTimeoutSeconds(2).withFailureThreshold(failures).build();
    }

    private static PodSecurityContext podSecurity() {
        return new PodSecurityContextBuilder().withRunAsNonRoot(true).withRunAsUser(USER).withRunAsGroup(USER)
                .withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch").withNewSeccompProfile().withType("RuntimeDefault")
                .endSeccompProfile().build();
    }

    private static SecurityContext containerSecurity() {
        return new SecurityContextBuilder().withAllowPrivilegeEscalation(false).withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities().withDrop("ALL").endCapabilities().build();
    }

    private static TopologySpreadConstraint spread(PoolPlan plan, String key) {
        return new TopologySpreadConstraintBuilder().withMaxSkew(1).withTopologyKey(key)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector().withMatchLabels(plan.selector()).endLabelSelector().build();
    }

    private static List<Volume> volumes(PoolPlan plan) {
        List<Volume> volumes = new ArrayList<>();
        Quantity size = Quantity.parse(plan.spool().size());
        switch (plan.spool().medium()) {
            case DISK -> volumes
                    .add(new VolumeBuilder().withName("data").withNewEmptyDir().withSizeLimit(size).endEmptyDir()
                            .build());
            case MEMORY -> volumes
                    .add(new VolumeBuilder().withName("data").withNewEmptyDir().withMedium("Memory").withSizeLimit(size)
                            .endEmptyDir().build());
            case CLAIM -> {
                // A volume of that name comes with the claim.
            }
        }
        volumes.add(new VolumeBuilder().withName("tmp").withNewEmptyDir().withSizeLimit(Quantity.parse("1Gi"))
                .endEmptyDir().build());
        return volumes;
    }

    private static List<PersistentVolumeClaim> claims(PoolPlan plan) {
        if (plan.spool().medium() != Medium.CLAIM) {
            return List.of();
        }
        return List.of(new PersistentVolumeClaimBuilder().withNewMetadata().withName("data")
                .addToLabels(plan.selector()).endMetadata()
                .withNewSpec().withAccessModes("ReadWriteOnce").withStorageClassName(plan.spool().storageClassName())
                .withNewResources()
                .addToRequests("storage", Quantity.parse(plan.spool().size())).endResources().endSpec().build());
    }
}

package dev.penstock.operator.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
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
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

import dev.penstock.api.v1alpha1.ResourceNeeds;
import dev.penstock.operator.haproxy.FrontDoor;

/**
 * The Deployment of a managed gateway. Its pods pass the restricted Pod Security profile. A change of the configuration does not
 * change the pods: the agent brings it to the HAProxy that runs.
 */
public final class GatewayPods {
    private static final long USER = 10_001;
    private static final String ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
    /** Until every node knows that the pod goes. */
    private static final long LEAVE_SECONDS = 5;
    private static final long GRACE_SECONDS = 35;
    private static final long TOKEN_SECONDS = 3607;

    private GatewayPods() {}

    /** The Deployment. */
    public static Deployment desired(GatewayPlan plan) {
        return new DeploymentBuilder().withMetadata(plan.metadata(plan.objectName())).withNewSpec()
                .withReplicas(plan.spec().replicas()).withNewSelector().withMatchLabels(plan.selector()).endSelector()
                .withNewStrategy().withType("RollingUpdate").withNewRollingUpdate().withNewMaxSurge(1)
                .withNewMaxUnavailable(0).endRollingUpdate().endStrategy().withTemplate(pod(plan)).endSpec().build();
    }

    private static PodTemplateSpec pod(GatewayPlan plan) {
        return new PodTemplateSpecBuilder().withNewMetadata().addToLabels(plan.selector()).endMetadata().withNewSpec()
                .withServiceAccountName(plan.objectName()).withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false).withTerminationGracePeriodSeconds(GRACE_SECONDS).withNewSecurityContext()
                .withRunAsNonRoot(true).withRunAsUser(USER).withRunAsGroup(USER).withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch").withNewSeccompProfile().withType("RuntimeDefault")
                .endSeccompProfile().endSecurityContext()
                .withTopologySpreadConstraints(spread(plan, "kubernetes.io/hostname"),
                        spread(plan, "topology.kubernetes.io/zone"))
                // HAProxy must find its files when it starts.
                .withInitContainers(agent(plan, "first-files", "--once").build())
                .withContainers(haproxy(plan), watching(plan)).withVolumes(volumes(plan)).endSpec().build();
    }

    private static Container haproxy(GatewayPlan plan) {
        String image = plan.spec().image() == null
                ? plan.config().gatewayImages().haproxy()
                : plan.spec().image();
        ContainerBuilder container = new ContainerBuilder().withName("haproxy").withImage(image)
                .withCommand("haproxy")
                .withArgs("-W", "-db", "-S", GatewayPlan.FOLDER + "/" + FrontDoor.MASTER_SOCKET + ",mode,600", "-f",
                        GatewayPlan.FOLDER + "/" + FrontDoor.CONFIGURATION)
                .addNewPort().withName("http").withContainerPort(GatewayPlan.HTTP_PORT).withProtocol("TCP").endPort()
                .addNewPort().withName("metrics").withContainerPort(GatewayPlan.ADMIN_PORT).withProtocol("TCP")
                .endPort().withReadinessProbe(probe(GatewayPlan.ADMIN_PORT, 2))
                .withLivenessProbe(probe(GatewayPlan.ADMIN_PORT, 10)).withNewLifecycle().withNewPreStop()
                .withNewSleep(LEAVE_SECONDS).endPreStop().endLifecycle().withSecurityContext(security())
                .withVolumeMounts(mounts(plan));
        if (plan.live().isPresent()) {
            container.addNewPort().withName("rtmp").withContainerPort(GatewayPlan.RTMP_PORT).withProtocol("TCP")
                    .endPort();
        }
        if (plan.spec().tls() != null) {
            container.addNewPort().withName("https").withContainerPort(GatewayPlan.HTTPS_PORT).withProtocol("TCP")
                    .endPort();
        }
        ResourceNeeds needs = plan.spec().resources();
        if (needs != null) {
            container.withNewResources().withRequests(needs.requests()).withLimits(needs.limits()).endResources();
        }
        return container.build();
    }

    private static Container watching(GatewayPlan plan) {
        return agent(plan, "agent", "--admin", String.valueOf(GatewayPlan.AGENT_PORT))
                .withLivenessProbe(probe(GatewayPlan.AGENT_PORT, 10)).build();
    }

    private static ContainerBuilder agent(GatewayPlan plan, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("agent", "--namespace", plan.namespace(), "--config-map",
                plan.objectName(), "--folder", GatewayPlan.FOLDER));
        plan.certificate().ifPresent(file -> arguments.addAll(List.of("--certificate", file)));
        arguments.addAll(List.of(more));
        return new ContainerBuilder().withName(name).withImage(plan.config().gatewayImages().agent())
                .withArgs(arguments).addNewEnv().withName("JDK_JAVA_OPTIONS")
                .withValue("-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1").endEnv().withSecurityContext(security())
                .withNewResources()
                .withRequests(new TreeMap<>(Map.of("cpu", Quantity.parse("10m"), "memory", Quantity.parse("128Mi"))))
                .withLimits(Map.of("memory", Quantity.parse("256Mi"))).endResources()
                .withVolumeMounts(mounts(plan)).addToVolumeMounts(mount("tmp", "/tmp", false),
                        mount("account", ACCOUNT_FOLDER, true));
    }

    private static List<VolumeMount> mounts(GatewayPlan plan) {
        List<VolumeMount> mounts = new ArrayList<>(List.of(mount("run", GatewayPlan.FOLDER, false)));
        if (plan.spec().tls() != null) {
            mounts.add(mount("tls", GatewayPlan.TLS_FOLDER, true));
        }
        return mounts;
    }

    private static VolumeMount mount(String name, String path, boolean isReadOnly) {
        VolumeMountBuilder mount = new VolumeMountBuilder().withName(name).withMountPath(path);
        return (isReadOnly ? mount.withReadOnly(true) : mount).build();
    }

    private static List<Volume> volumes(GatewayPlan plan) {
        List<Volume> volumes = new ArrayList<>(List.of(empty("run"), empty("tmp"), new VolumeBuilder()
                .withName("account").withNewProjected().addNewSource().withNewServiceAccountToken()
                .withExpirationSeconds(TOKEN_SECONDS).withPath("token").endServiceAccountToken().endSource()
                .addNewSource().withNewConfigMap().withName("kube-root-ca.crt").addNewItem("ca.crt", null, "ca.crt")
                .endConfigMap().endSource().endProjected().build()));
        Optional.ofNullable(plan.spec().tls()).ifPresent(tls -> volumes.add(new VolumeBuilder().withName("tls")
                .withNewSecret().withSecretName(tls.secretRef().name()).endSecret().build()));
        return volumes;
    }

    private static Volume empty(String name) {
        return new VolumeBuilder().withName(name).withNewEmptyDir().withSizeLimit(Quantity.parse("64Mi")).endEmptyDir()
                .build();
    }

    private static Probe probe(int port, int periodSeconds) {
        return new ProbeBuilder().withNewHttpGet().withPath("/healthz").withNewPort(port).withScheme("HTTP")
                .endHttpGet().withPeriodSeconds(periodSeconds).withTimeoutSeconds(2).withFailureThreshold(3).build();
    }

    private static SecurityContext security() {
        return new SecurityContextBuilder().withAllowPrivilegeEscalation(false).withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true).withNewCapabilities().withDrop("ALL").endCapabilities().build();
    }

    private static TopologySpreadConstraint spread(GatewayPlan plan, String key) {
        return new TopologySpreadConstraintBuilder().withMaxSkew(1).withTopologyKey(key)
                .withWhenUnsatisfiable("ScheduleAnyway").withNewLabelSelector().withMatchLabels(plan.selector())
                .endLabelSelector().build();
    }
}

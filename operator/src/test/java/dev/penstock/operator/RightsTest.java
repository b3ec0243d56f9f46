package dev.penstock.operator;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;
import dev.penstock.operator.desired.GatewayAccess;
import dev.penstock.operator.desired.GatewayPlan;
import dev.penstock.operator.desired.PodAccess;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.haproxy.Aliases;
import dev.penstock.operator.reconcile.livestream.LiveStreamReconciler;
import dev.penstock.operator.reconcile.mediagateway.MediaGatewayReconciler;
import dev.penstock.operator.reconcile.mediapool.MediaPoolReconciler;
import dev.penstock.operator.reconcile.objectstore.ObjectStoreReconciler;
import dev.penstock.operator.reconcile.recording.RecordingReconciler;
import dev.penstock.operator.reconcile.rendersession.RenderSessionReconciler;

import static org.assertj.core.api.Assertions.assertThat;

/** The shipped role holds what the operator does, and nothing else. */
class RightsTest {
    private static final Path SERVED = Path.of("../charts/penstock/rights/served.yaml");
    private static final List<Class<? extends Reconciler<?>>> RECONCILERS = List.of(MediaPoolReconciler.class,
            LiveStreamReconciler.class,
            RecordingReconciler.class, ObjectStoreReconciler.class, RenderSessionReconciler.class,
            MediaGatewayReconciler.class);

    @Test
    void shouldBeWhatReconcilersAndTheirObjectsNeed() throws IOException {
        Set<String> needed = new TreeSet<>();
        for (Class<? extends Reconciler<?>> reconciler : RECONCILERS) {
            Class<? extends HasMetadata> kind = argument(reconciler, Reconciler.class);
            add(needed, kind, "", "get", "list", "watch");
            add(needed, kind, "/status", "patch");
            Workflow workflow = reconciler.getAnnotation(Workflow.class);
            if (workflow != null) {
                add(needed, kind, "/finalizers", "update");
                for (Dependent dependent : workflow.dependents()) {
                    Class<? extends HasMetadata> made = argument(dependent.type(), null);
                    add(needed, made, "", "get", "list", "watch", "create", "patch");
                    if (dependent.reconcilePrecondition() != Condition.class) {
                        add(needed, made, "", "delete");
                    }
                }
            }
        }
        // Labels.
        add(needed, LiveStream.class, "", "patch");
        add(needed, Recording.class, "", "patch");
        add(needed, Event.class, "", "create", "patch");
        // Pods of pools: watched, and told that they have joined; events say why a pod cannot be made.
        add(needed, Pod.class, "", "get", "list", "watch");
        add(needed, Pod.class, "/status", "patch");
        add(needed, Event.class, "", "list");
        // Nobody can grant what he does not have.
        needed.addAll(flat(PodAccess.role(plan()).getRules()));
        needed.addAll(flat(GatewayAccess.role(gatewayPlan()).getRules()));

        assertThat(flat(shipped())).containsExactlyInAnyOrderElementsOf(needed);
    }

    @Test
    void shouldNeverListSecrets() throws IOException {
        assertThat(flat(shipped())).filteredOn(right -> right.contains("/secrets ")).containsExactly("/secrets get");
    }

    private static List<PolicyRule> shipped() throws IOException {
        return Serialization.unmarshal(Files.readString(SERVED), ClusterRole.class).getRules();
    }

    private static PoolPlan plan() {
        OperatorConfig config = new OperatorConfig(Set.of(), "image", "cluster.local", 0, LeaderElection.NONE);
        return PoolPlan.of(Serialization.unmarshal("""
                metadata: {name: cams, namespace: video}
                spec: {modes: [Live], replicas: 1, drainTimeout: 2m, spool: {medium: Disk, size: 1Gi}}
                """, MediaPool.class), config);
    }

    private static GatewayPlan gatewayPlan() {
        return new GatewayPlan(Serialization.unmarshal("""
                metadata: {name: front, namespace: video}
                spec: {provider: Managed}
                """, MediaGateway.class), Optional.empty(), Aliases.of(List.of()),
                new OperatorConfig(Set.of(), "image", "cluster.local", 0, LeaderElection.NONE));
    }

    private static void add(Set<String> rights, Class<? extends HasMetadata> kind, String sub, String... verbs) {
        String plural = HasMetadata.getPlural(kind) == null
                ? Pluralize.toPlural(kind.getSimpleName().toLowerCase(Locale.ROOT))
                : HasMetadata.getPlural(kind);
        Arrays.stream(verbs).forEach(verb -> rights.add(group(kind) + "/" + plural + sub + " " + verb));
    }

    private static String group(Class<? extends HasMetadata> kind) {
        return HasMetadata.getGroup(kind) == null ? "" : HasMetadata.getGroup(kind);
    }

    private static Set<String> flat(List<PolicyRule> rules) {
        Set<String> rights = new TreeSet<>();
        rules.forEach(rule -> rule.getApiGroups().forEach(group -> rule.getResources()
                .forEach(
                        resource -> rule.getVerbs().forEach(verb -> rights.add(group + "/" + resource + " " + verb)))));
        return rights;
    }

    /** The kind that a class names as the first argument of its generic parent. */
    private static Class<? extends HasMetadata> argument(Class<?> type, Class<?> parent) {
        return Stream.concat(Stream.of(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .filter(ParameterizedType.class::isInstance).map(ParameterizedType.class::cast)
                .filter(p -> parent == null || p.getRawType().equals(parent))
                .map(p -> ((Class<?>) p.getActualTypeArguments()[0]).<HasMetadata>asSubclass(HasMetadata.class))
                .findFirst().orElseThrow();
    }
}

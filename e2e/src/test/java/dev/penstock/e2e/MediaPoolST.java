package dev.penstock.e2e;

import java.util.List;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MediaPoolST {
    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();
    private TestNamespace space;

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(client);
    }

    @Test
    void shouldMakeItsObjectsAndBeReadyWithItsPods() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2}");

        MediaPool pool = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "PodsNotReady");
        assertThat(TestNamespace.conditions(pool)).extractingByKeys("Accepted", "Reconciling", "Stalled")
                .extracting(c -> c.status()).containsExactly(Status.True, Status.True, Status.False);
        for (HasMetadata object : List.of(space.get(StatefulSet.class, "cams"), space.get(Service.class, "cams"),
                space.get(Service.class, "cams-pods"), space.get(ConfigMap.class, "cams-config"),
                space.get(ServiceAccount.class, "cams"),
                space.get(Role.class, "cams-pods"), space.get(RoleBinding.class, "cams-pods"),
                space.get(NetworkPolicy.class, "cams"),
                space.get(PodDisruptionBudget.class, "cams"))) {
            assertThat(object.getMetadata().getOwnerReferences()).as(object.getKind()).singleElement()
                    .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(pool.getMetadata().getUid()));
        }

        try (FakePods _ = new FakePods(client, space.name())) {
            MediaPool ready = space.awaitReady(MediaPool.class, "cams");
            assertThat(ready.getStatus().readyReplicas()).isEqualTo(2);
            assertThat(ready.getStatus().ring().members()).containsExactly(0, 1);
            Scale scale = space.resource(MediaPool.class, "cams").scale();
            assertThat(scale.getStatus().getReplicas()).isEqualTo(2);
            assertThat(scale.getStatus().getSelector())
                    .isEqualTo("app.kubernetes.io/name=penstock,penstock.dev/pool=cams");
        }
    }

    @Test
    void shouldGivePartitionsToNewPodsWhenTheyAreReadyAndTakeThemFromGoingOnesAtOnce() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 1}");
        Ring one;
        try (FakePods _ = new FakePods(client, space.name())) {
            one = space.awaitReady(MediaPool.class, "cams").getStatus().ring();
        }
        space.resource(MediaPool.class, "cams").scale(3);
        Ring still = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "PodsNotReady").getStatus()
                .ring();
        assertThat(still).isEqualTo(one);

        try (FakePods _ = new FakePods(client, space.name())) {
            Ring three = space.await(MediaPool.class, "cams", "three members", ring(r -> r.members().size() == 3))
                    .getStatus().ring();
            assertThat(three.epoch()).isGreaterThan(one.epoch());
            space.resource(MediaPool.class, "cams").scale(2);
            Ring two = space.await(MediaPool.class, "cams", "two members", ring(r -> r.members().equals(List.of(0, 1))))
                    .getStatus().ring();
            assertThat(two.epoch()).isGreaterThan(three.epoch());
        }
    }

    @Test
    void shouldKeepObjectsWhenAnEditIsRefused() {
        try (FakePods _ = new FakePods(client, space.name())) {
            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
            Ring ring = space.awaitReady(MediaPool.class, "cams").getStatus().ring();
            StatefulSet before = space.get(StatefulSet.class, "cams");

            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live, Edge], replicas: 5}");
            MediaPool refused = space.awaitCondition(MediaPool.class, "cams", "Stalled", Status.True, "NotServedYet");

            assertThat(TestNamespace.conditions(refused).get("Stalled").message())
                    .isEqualTo("spec.modes: [Live, Edge] is not served yet (expected: [Live])");
            assertThat(refused.getStatus().ring()).isEqualTo(ring);
            assertThat(space.get(StatefulSet.class, "cams").getSpec()).isEqualTo(before.getSpec());

            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2}");
            assertThat(space.awaitReady(MediaPool.class, "cams").getStatus().replicas()).isEqualTo(2);
        }
    }

    @Test
    void shouldPutBackWhatSomebodyChanged() {
        try (FakePods _ = new FakePods(client, space.name())) {
            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
            space.awaitReady(MediaPool.class, "cams");
            space.resource(PodDisruptionBudget.class, "cams").delete();
            space.await(PodDisruptionBudget.class, "cams", "made again",
                    b -> b.getMetadata().getDeletionTimestamp() == null);
            space.resource(Service.class, "cams").edit(s -> {
                s.getSpec().getSelector().put("penstock.dev/pool", "other");
                return s;
            });
            space.await(Service.class, "cams", "selector put back",
                    s -> s.getSpec().getSelector().get("penstock.dev/pool").equals("cams"));
        }
    }

    @Test
    void shouldRefuseARingThatGoesBack() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
        MediaPool pool = space.await(MediaPool.class, "cams", "a ring", ring(r -> true));
        String stale = "{\"status\": {\"ring\": {\"epoch\": " + (pool.getStatus().ring().epoch() - 1) + "}}}";
        assertThatThrownBy(() -> space.resource(MediaPool.class, "cams").subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), stale))
                .hasMessageContaining("expected: ring.epoch never lower than before");
    }

    private static Predicate<MediaPool> ring(Predicate<Ring> wanted) {
        return p -> p.getStatus() != null && p.getStatus().ring() != null && wanted.test(p.getStatus().ring());
    }
}

package dev.penstock.e2e;

import java.util.List;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
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
                space.get(Service.class, "cams-pods"),
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
        MediaPool pool;
        try (FakePods _ = new FakePods(client, space.name())) {
            pool = space.await(MediaPool.class, "cams", "a ring", ring(r -> true));
        }
        String stale = "{\"status\": {\"ring\": {\"epoch\": " + (pool.getStatus().ring().epoch() - 1) + "}}}";
        assertThatThrownBy(() -> space.resource(MediaPool.class, "cams").subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), stale))
                .hasMessageContaining("expected: ring.epoch never lower than before");
    }

    @Test
    void shouldLendThePartitionsOfASilentPodAndGiveThemBack() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 3, failureWindow: 3s}");
        try (FakePods pods = new FakePods(client, space.name())) {
            Ring all = space.awaitReady(MediaPool.class, "cams").getStatus().ring();
            assertThat(all.members()).containsExactly(0, 1, 2);
            assertThat(all.home()).isNull();

            pods.nodes().stop("cams-1");
            Ring lent = space.await(MediaPool.class, "cams", "lent", ring(r -> r.members().equals(List.of(0, 2))))
                    .getStatus().ring();
            assertThat(lent.home()).isEqualTo(all.table());
            MediaPool pool = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "PodsNotJoined");
            assertThat(TestNamespace.conditions(pool).get("Ready").message()).startsWith("Pod cams-1: http://127.")
                    .contains(":9090/pod does not answer");

            pods.nodes().start("cams-1");
            space.awaitReady(MediaPool.class, "cams");
            Ring back = space.get(MediaPool.class, "cams").getStatus().ring();
            assertThat(back.table()).isEqualTo(all.table());
            assertThat(back.home()).isNull();
            assertThat(back.epoch()).isGreaterThan(lent.epoch());
        }
    }

    @Test
    void shouldKeepTheTableWhenAllPodsAreSilent() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2, failureWindow: 1s}");
        try (FakePods pods = new FakePods(client, space.name())) {
            space.awaitReady(MediaPool.class, "cams");
            pods.nodes().stop("cams-0");
            pods.nodes().stop("cams-1");
            space.await(Pod.class, "cams-0", "left", p -> !joined(p));
            space.await(Pod.class, "cams-1", "left", p -> !joined(p));
            space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "PodsNotJoined");
            assertThat(space.get(MediaPool.class, "cams").getStatus().ring().members()).isNotEmpty();
            pods.nodes().start("cams-0");
            pods.nodes().start("cams-1");
            assertThat(space.awaitReady(MediaPool.class, "cams").getStatus().ring().members()).containsExactly(0, 1);
        }
    }

    @Test
    void shouldCountStreamsOnceAWhile() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2}");
        try (FakePods pods = new FakePods(client, space.name())) {
            pods.nodes().streams("cams-0", 3);
            pods.nodes().streams("cams-1", 4);
            space.await(MediaPool.class, "cams", "7 streams",
                    p -> p.getStatus() != null && Integer.valueOf(7).equals(p.getStatus().streams()));
        }
    }

    @Test
    void shouldSayWhyPodsAreNotThere() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 1, failureWindow: 1s}");
        StatefulSet set = space.await(StatefulSet.class, "cams", "made", _ -> true);
        client.resource(new EventBuilder().withNewMetadata().withName("cams.1").withNamespace(space.name())
                .endMetadata().withReason("FailedCreate").withType("Warning").withLastTimestamp("2026-11-21T00:00:00Z")
                .withMessage("create Pod cams-0 in StatefulSet cams failed error: pods \"cams-0\" is forbidden: "
                        + "exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0")
                .withNewInvolvedObject().withApiVersion("apps/v1").withKind("StatefulSet").withName("cams")
                .withNamespace(space.name()).withUid(set.getMetadata().getUid()).endInvolvedObject().build()).create();
        MediaPool pool = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "QuotaExceeded");
        assertThat(TestNamespace.conditions(pool).get("Ready").message()).contains("exceeded quota: small");

        try (FakePods _ = new FakePods(client, space.name())) {
            space.awaitReady(MediaPool.class, "cams");
            trouble("{\"type\": \"PodScheduled\", \"status\": \"False\", \"reason\": \"Unschedulable\", "
                    + "\"message\": \"0/2 nodes are available: 2 Insufficient cpu.\"}, {\"type\": \"Ready\", "
                    + "\"status\": \"False\"}, {\"type\": \"ContainersReady\", \"status\": \"False\"}", "[]");
            pool = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "Unschedulable");
            assertThat(TestNamespace.conditions(pool).get("Ready").message())
                    .isEqualTo("Pod cams-0: 0/2 nodes are available: 2 Insufficient cpu.");
            trouble("{\"type\": \"PodScheduled\", \"status\": \"True\"}",
                    "[{\"name\": \"media\", \"image\": \"penstock:none\", \"imageID\": \"\", \"ready\": false, "
                            + "\"restartCount\": 0, \"state\": {\"waiting\": {\"reason\": \"ErrImageNeverPull\", "
                            + "\"message\": \"Container image is not present with pull policy of Never\"}}}]");
            pool = space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "ImageError");
            assertThat(TestNamespace.conditions(pool).get("Ready").message())
                    .isEqualTo("Pod cams-0, container media: image penstock:none: ErrImageNeverPull: "
                            + "Container image is not present with pull policy of Never");
        }
    }

    @Test
    void shouldRefuseAnObjectOfSomebodyElseUntilItIsGone() {
        Service foreign = client.resource(new ServiceBuilder().withNewMetadata().withName("cams")
                .withNamespace(space.name()).endMetadata().withNewSpec().addNewPort().withPort(1).endPort().endSpec()
                .build()).create();
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
        MediaPool pool = space.awaitCondition(MediaPool.class, "cams", "Stalled", Status.True, "NameConflict");
        assertThat(TestNamespace.conditions(pool).get("Ready").message()).startsWith("Service cams:");
        assertThat(space.get(Service.class, "cams").getMetadata().getResourceVersion())
                .isEqualTo(foreign.getMetadata().getResourceVersion());

        try (FakePods _ = new FakePods(client, space.name())) {
            space.resource(Service.class, "cams").delete();
            space.apply(
                    "kind: MediaPool\nmetadata: {name: cams, labels: {look: again}}\nspec: {modes: [Live], drainTimeout: 1m}");
            space.awaitReady(MediaPool.class, "cams");
        }
    }

    @Test
    void shouldMergeAPodTemplateAndSayWhatIsWrongWithOne() {
        String pool = "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], podTemplate: {spec: %s}}";
        space.apply(pool.formatted("{nodeSelector: {disk: ssd}, containers: [{name: side, image: reader}]}"));
        StatefulSet set = space.await(StatefulSet.class, "cams", "made", _ -> true);
        assertThat(set.getSpec().getTemplate().getSpec().getContainers()).extracting(Container::getName)
                .containsExactly("media", "side");
        assertThat(set.getSpec().getTemplate().getSpec().getNodeSelector()).containsEntry("disk", "ssd");

        space.apply(pool.formatted("{hostNetwork: true}"));
        MediaPool refused = space.awaitCondition(MediaPool.class, "cams", "Stalled", Status.True, "InvalidSpec");
        assertThat(TestNamespace.conditions(refused).get("Stalled").message())
                .startsWith("spec.podTemplate.spec.hostNetwork: cannot be changed");
        space.apply(pool.formatted("{nonsense: 1}"));
        space.await(MediaPool.class, "cams", "the API server's words",
                p -> TestNamespace.conditions(p).get("Stalled").message().contains("nonsense"));
        assertThat(space.get(StatefulSet.class, "cams").getSpec()).isEqualTo(set.getSpec());

        space.apply(pool.formatted("{priorityClassName: \"\"}"));
        space.awaitCondition(MediaPool.class, "cams", "Ready", Status.False, "PodsNotReady");
    }

    private void trouble(String conditions, String containers) {
        client.pods().inNamespace(space.name()).withName("cams-0").subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"status\": {\"conditions\": [" + conditions
                        + "], \"containerStatuses\": " + containers + "}}");
    }

    private static boolean joined(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("penstock.dev/joined") && c.getStatus().equals("True"));
    }

    private static Predicate<MediaPool> ring(Predicate<Ring> wanted) {
        return p -> p.getStatus() != null && p.getStatus().ring() != null && wanted.test(p.getStatus().ring());
    }
}

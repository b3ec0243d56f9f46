package dev.penstock.e2e;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.wire.Partitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LiveStreamST {
    private static final String POOL = "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}";
    private static final String STREAM = "kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}";

    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();
    private TestNamespace space;
    private Duration ahead = Duration.ZERO;
    private FakeNodes nodes;

    @AfterEach
    void setClock() {
        plane.advance(ahead.negated());
    }

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(client);
        nodes = new FakeNodes(client, space.name());
    }

    @AfterEach
    void endPods() {
        nodes.close();
    }

    @Test
    void shouldBePlacedLabelledAndReadyOnceAPodServesIt() {
        space.apply(POOL);
        space.apply(STREAM);
        LiveStream placed = space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        int partition = Partitions.of(space.name(), "door");
        space.await(LiveStream.class, "door", "labels",
                s -> label(s, "partition").equals(String.valueOf(partition)) && label(s, "pool").equals("cams"));
        assertThat(placed.getStatus().partition()).isEqualTo(partition);
        assertThat(placed.getStatus().pod()).isEqualTo("cams-0");
        String base = "http://cams." + space.name() + ".svc.cluster.local/live/" + space.name() + "/door/";
        assertThat(placed.getStatus().urls().hls()).isEqualTo(base + "index.m3u8");
        assertThat(placed.getStatus().urls().ts()).isEqualTo(base + "stream.ts");
        assertThat(TestNamespace.conditions(placed).get("Ready").reason()).isEqualTo("WaitingForPod");

        try (KubernetesClient pod = plane.as(space.name(), "cams")) {
            FakePods.writeMedia(pod, placed, 100, 3);
        }
        LiveStream ready = space.awaitReady(LiveStream.class, "door");
        assertThat(ready.getStatus().media().viewers()).as("the pod's part stays").isEqualTo(3);
        assertThat(TestNamespace.conditions(ready)).containsOnlyKeys("Accepted", "Placed", "Ready", "Reconciling",
                "Stalled", "Served",
                "Live");
        assertThat(managers(ready)).containsEntry("penstock-operator", 2L).containsEntry("penstock-dataplane", 1L);
    }

    @Test
    void shouldRefuseTheStatusOfAPodThatIsNoLongerTheOwner() {
        space.apply(POOL);
        space.apply(STREAM);
        LiveStream stream = space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        try (KubernetesClient pod = plane.as(space.name(), "cams")) {
            FakePods.writeMedia(pod, stream, 200, 1);
            FakePods.writeMedia(pod, stream, 200, 2);
            assertThatThrownBy(() -> FakePods.writeMedia(pod, stream, 199, 9))
                    .hasMessageContaining("expected: media.epoch never lower than before");
        }
        assertThat(space.get(LiveStream.class, "door").getStatus().media().viewers()).isEqualTo(2);
    }

    @Test
    void shouldLetPodsDoNoMoreThanTheyNeed() {
        space.apply(POOL);
        space.apply(STREAM);
        space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        try (KubernetesClient pod = plane.as(space.name(), "cams")) {
            assertThat(pod.resources(LiveStream.class).inNamespace(space.name()).withLabel("penstock.dev/pool", "cams")
                    .list().getItems())
                    .hasSize(1);
            assertThat(pod.secrets().inNamespace(space.name()).withName("any").get()).isNull();
            assertForbidden(() -> pod.secrets().inNamespace(space.name()).list());
            assertForbidden(() -> pod.resources(LiveStream.class).inNamespace("default").list());
            assertForbidden(() -> pod.resources(LiveStream.class).inNamespace(space.name()).withName("door").delete());
            assertForbidden(() -> pod.resources(MediaPool.class).inNamespace(space.name()).withName("cams").edit(p -> {
                p.getMetadata().setLabels(Map.of("a", "b"));
                return p;
            }));
        }
    }

    @Test
    void shouldBeStalledWithTheFieldWhenItAsksForWhatIsNotServed() {
        space.apply(POOL);
        space.apply("kind: LiveStream\nmetadata: {name: door}\n"
                + "spec: {transcode: {poolRef: {name: t}}, renditions: [{name: a, height: 360, videoBitrate: 1M}], source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}");
        LiveStream stalled = space.awaitCondition(LiveStream.class, "door", "Stalled", Status.True, "NotServedYet");
        assertThat(TestNamespace.conditions(stalled).get("Ready").message())
                .isEqualTo("spec.renditions: not served yet (expected: no renditions)");
        assertThat(label(stalled, "pool")).isEmpty();
    }

    @Test
    void shouldReadFilesAndRunProgramsOnlyWithPermission() {
        space.apply(POOL);
        space.apply(
                "kind: LiveStream\nmetadata: {name: film}\nspec: {source: {pull: {urls: [{url: \"file:/media/../media/film.ts\"}]}}}");
        space.apply(
                "kind: LiveStream\nmetadata: {name: script}\nspec: {source: {pull: {urls: [{command: [/bin/cat, /dev/zero]}]}}}");
        LiveStream film = space.awaitCondition(LiveStream.class, "film", "Stalled", Status.True, "NotPermitted");
        assertThat(TestNamespace.conditions(film).get("Stalled").message()).isEqualTo(
                "spec.source.pull.urls[0].url: /media/../media/film.ts (expected: below one of MediaPool spec.permit.folders [])");
        LiveStream script = space.awaitCondition(LiveStream.class, "script", "Stalled", Status.True, "NotPermitted");
        assertThat(label(script, "pool")).isEmpty();

        space.apply(
                "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], permit: {folders: [/media], programs: [/bin/cat]}}");
        space.awaitCondition(LiveStream.class, "film", "Placed", Status.True, "Placed");
        space.awaitCondition(LiveStream.class, "script", "Placed", Status.True, "Placed");
    }

    @Test
    void shouldAskWhichPoolWhenThereAreSeveral() {
        space.apply(POOL);
        space.apply(POOL.replace("cams", "doors"));
        space.apply(STREAM);
        LiveStream stalled = space.awaitCondition(LiveStream.class, "door", "Stalled", Status.True, "SeveralPools");
        assertThat(TestNamespace.conditions(stalled).get("Ready").message())
                .isEqualTo("spec.poolRef: not set (expected: one of [cams, doors], the namespace has several)");

        space.apply(STREAM.replace("spec: {", "spec: {poolRef: {name: doors}, "));
        assertThat(space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed").getStatus().pod())
                .isEqualTo("doors-0");
    }

    @Test
    void shouldWaitForAMissingPoolThenStallThenHeal() {
        space.apply(STREAM);
        LiveStream waiting = space.awaitCondition(LiveStream.class, "door", "Reconciling", Status.True, "NoPool");
        assertThat(TestNamespace.conditions(waiting).get("Stalled").status()).isEqualTo(Status.False);

        ahead = Duration.ofMinutes(3);
        plane.advance(ahead);
        space.resource(LiveStream.class, "door").patch(PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\": {\"labels\": {\"penstock.dev/partition\": \"77\"}}}");
        LiveStream stalled = space.awaitCondition(LiveStream.class, "door", "Stalled", Status.True, "NoPool");
        assertThat(TestNamespace.conditions(stalled).get("Reconciling").status()).isEqualTo(Status.False);
        space.await(LiveStream.class, "door", "a wrong label put right",
                s -> label(s, "partition").equals(String.valueOf(Partitions.of(space.name(), "door"))));

        Condition ready = TestNamespace.conditions(stalled).get("Ready");
        space.apply(POOL);
        LiveStream placed = space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        assertThat(TestNamespace.conditions(placed).get("Ready").lastTransitionTime())
                .as("Ready was False all the time")
                .isEqualTo(ready.lastTransitionTime());
    }

    @Test
    void shouldLoseItsPlaceWithItsPool() {
        space.apply(POOL);
        space.apply(STREAM);
        space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        space.resource(MediaPool.class, "cams").delete();
        LiveStream waiting = space.awaitCondition(LiveStream.class, "door", "Reconciling", Status.True, "NoPool");
        assertThat(waiting.getStatus().pod()).isNull();
        space.await(LiveStream.class, "door", "no pool's label", s -> label(s, "pool").isEmpty());
    }

    private static String label(HasMetadata resource, String key) {
        Map<String, String> labels = resource.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault("penstock.dev/" + key, "");
    }

    private static Map<String, Long> managers(HasMetadata resource) {
        return resource.getMetadata().getManagedFields().stream().collect(
                Collectors.groupingBy(ManagedFieldsEntry::getManager, Collectors.counting()));
    }

    private static void assertForbidden(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class,
                e -> assertThat(e.getCode()).isEqualTo(403));
    }
}

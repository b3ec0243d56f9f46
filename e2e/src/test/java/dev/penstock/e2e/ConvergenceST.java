package dev.penstock.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;

import static org.assertj.core.api.Assertions.assertThat;

class ConvergenceST {
    private static final long SEED = 20261121;
    private static final List<String> FOLDER = List.of(
            "kind: MediaGateway\nmetadata: {name: front}\nspec: {provider: None, host: video.example.com}",
            "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2, gatewayRef: {name: front}, permit: {folders: [/recordings]}}",
            "kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}",
            "kind: LiveStream\nmetadata: {name: gate}\nspec: {poolRef: {name: cams}, source: {pull: {urls: [{url: \"tcp://camera:5000\"}]}}}",
            "kind: ObjectStore\nmetadata: {name: bucket}\nspec: {s3: {bucket: recordings}}",
            "kind: ObjectStore\nmetadata: {name: folder}\nspec: {file: {path: /recordings}}",
            "kind: Recording\nmetadata: {name: door}\nspec: {streamRef: {name: door}, storeRef: {name: bucket}}",
            "kind: Recording\nmetadata: {name: gate}\nspec: {streamRef: {name: gate}, storeRef: {name: folder}}");
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(MediaGateway.class, MediaPool.class,
            LiveStream.class,
            ObjectStore.class, Recording.class);
    private static final List<Class<? extends HasMetadata>> MADE = List.of(StatefulSet.class, Service.class,
            ServiceAccount.class, Role.class, RoleBinding.class, NetworkPolicy.class, PodDisruptionBudget.class);

    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();

    @Test
    void shouldEndReadyInWhateverOrderAFolderIsApplied() {
        Random random = new Random(SEED);
        List<TestNamespace> spaces = new ArrayList<>();
        List<FakePods> pods = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            TestNamespace space = TestNamespace.create(client);
            spaces.add(space);
            pods.add(new FakePods(client, space.name()));
            List<String> order = new ArrayList<>(FOLDER);
            Collections.shuffle(order, random);
            order.forEach(space::apply);
        }
        for (TestNamespace space : spaces) {
            space.awaitReady(MediaGateway.class, "front");
            space.awaitReady(MediaPool.class, "cams");
            Stream.of("door", "gate").forEach(name -> {
                LiveStream stream = space.awaitReady(LiveStream.class, name);
                assertThat(stream.getStatus().urls().hls())
                        .isEqualTo("http://video.example.com/live/" + space.name() + "/" + name + "/index.m3u8");
                Recording recording = space.awaitReady(Recording.class, name);
                assertThat(recording.getMetadata().getLabels())
                        .isEqualTo(space.get(LiveStream.class, name).getMetadata().getLabels());
            });
            space.awaitReady(ObjectStore.class, "bucket");
            space.awaitReady(ObjectStore.class, "folder");
        }
        pods.forEach(FakePods::close);
    }

    @Test
    void shouldWriteNothingWhenNothingChanged() {
        TestNamespace space = TestNamespace.create(client);
        try (FakePods _ = new FakePods(client, space.name())) {
            FOLDER.forEach(space::apply);
            space.awaitReady(MediaPool.class, "cams");
            Stream.of("door", "gate").forEach(name -> {
                space.awaitReady(LiveStream.class, name);
                space.awaitReady(Recording.class, name);
            });
            space.awaitReady(MediaGateway.class, "front");
            settle(space);

            Map<String, String> before = versions(space);
            for (int i = 0; i < 3; i++) {
                plane.restartOperator();
                settle(space);
            }
            assertThat(versions(space)).isEqualTo(before);
        }
    }

    @Test
    void shouldSayWhatIsMissingOrNotServed() {
        TestNamespace space = TestNamespace.create(client);
        FOLDER.stream().filter(f -> !f.contains("ObjectStore") && !f.contains("name: gate")).forEach(space::apply);
        Recording recording = space.awaitCondition(Recording.class, "door", "Reconciling", Status.True,
                "StoreNotFound");
        assertThat(TestNamespace.conditions(recording).get("Ready").message())
                .isEqualTo("spec.storeRef.name: bucket (expected: it exists in this namespace)");
        space.apply("kind: ObjectStore\nmetadata: {name: bucket}\nspec: {file: {path: /etc}}");
        recording = space.awaitCondition(Recording.class, "door", "Stalled", Status.True, "NotPermitted");
        assertThat(TestNamespace.conditions(recording).get("Ready").message())
                .isEqualTo(
                        "ObjectStore spec.file.path: /etc (expected: below one of MediaPool spec.permit.folders [/recordings])");

        space.apply("kind: RenderSession\nmetadata: {name: cut}\nspec: {timeline: {}}");
        space.awaitCondition(RenderSession.class, "cut", "Stalled", Status.True, "NotServedYet");
        space.apply("kind: MediaGateway\nmetadata: {name: own}\nspec: {provider: GatewayAPI, gatewayRef: {name: a}}");
        MediaGateway gateway = space.awaitCondition(MediaGateway.class, "own", "Stalled", Status.True, "NotServedYet");
        assertThat(TestNamespace.conditions(gateway).get("Ready").message())
                .isEqualTo(
                        "spec.provider: GatewayAPI is not served yet (expected: Managed, HaproxyIngress, HaproxyTech or None)");
        space.apply("kind: MediaPool\nmetadata: {name: more}\nspec: {modes: [Live], gatewayRef: {name: front}}");
        space.awaitCondition(MediaGateway.class, "front", "Stalled", Status.True, "HostConflict");
    }

    /** Waits until three looks in a row, half a second apart, see the same. */
    private void settle(TestNamespace space) {
        Map<String, String> last = Map.of();
        int same = 0;
        for (int i = 0; i < 60 && same < 3; i++) {
            Map<String, String> now = versions(space);
            same = now.equals(last) ? same + 1 : 0;
            last = now;
            LockSupport.parkNanos(500_000_000);
        }
        assertThat(same).as("settled").isEqualTo(3);
    }

    private Map<String, String> versions(TestNamespace space) {
        Map<String, String> versions = new TreeMap<>();
        Stream.concat(KINDS.stream(), MADE.stream())
                .forEach(kind -> client.resources(kind).inNamespace(space.name()).list().getItems()
                        .forEach(r -> versions.put(r.getKind() + "/" + r.getMetadata().getName(),
                                r.getMetadata().getResourceVersion())));
        assertThat(versions).hasSizeGreaterThan(IntStream.of(FOLDER.size(), MADE.size()).sum());
        return versions;
    }
}

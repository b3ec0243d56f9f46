package dev.penstock.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.dataplane.resource.KubernetesStatusWriter;
import dev.penstock.dataplane.resource.PoolMember;
import dev.penstock.dataplane.resource.Problem;
import dev.penstock.dataplane.resource.ReportedCondition;
import dev.penstock.dataplane.resource.ResourceListener;
import dev.penstock.dataplane.resource.StreamReport;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

/** A pod's view of a real API server: its own partitions, Secrets, a start without it; and its status beside the operator's. */
@EnableKubeAPIServer
class KubernetesSourceST {
    private static final Path MANIFESTS = Path.of("../crds/manifests");

    @KubeConfig
    static String kubeConfig;
    private static KubernetesClient client;
    private static int spaces;

    @TempDir
    Path folder;
    private String namespace;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final ResourceListener listener = new ResourceListener() {
        @Override
        public void applied(@Nullable HasMetadata old, HasMetadata now) {
            events.add((old == null ? "+ " : "~ ") + now.getKind() + " " + now.getMetadata().getName());
        }

        @Override
        public void deleted(HasMetadata last) {
            events.add("- " + last.getKind() + " " + last.getMetadata().getName());
        }

        @Override
        public void problems(List<Problem> all) {
            all.forEach(problem -> events.add(problem.sentence()));
        }
    };

    @BeforeAll
    static void applyCrds() throws Exception {
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeConfig)).build();
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            for (Path file : files.toList()) {
                client.resource(Files.readString(file)).serverSideApply();
                client.apiextensions().v1().customResourceDefinitions()
                        .withName(file.getFileName().toString().replace(".yaml", ""))
                        .waitUntilCondition(
                                crd -> crd != null && crd.getStatus() != null && crd.getStatus().getConditions() != null
                                        && crd.getStatus().getConditions().stream().anyMatch(
                                                c -> c.getType().equals("Established") && c.getStatus().equals("True")),
                                30, TimeUnit.SECONDS);
            }
        }
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @BeforeEach
    void makeNamespace() {
        namespace = "space-" + ++spaces;
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
        client.resource("""
                apiVersion: penstock.dev/v1alpha1
                kind: MediaPool
                metadata: {name: live, namespace: %s}
                spec: {modes: [Live]}
                """.formatted(namespace)).create();
    }

    private LiveStream stream(String name, String url) {
        String yaml = """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata:
                  name: %s
                  namespace: %s
                  labels: {penstock.dev/pool: live, penstock.dev/partition: "%d"}
                spec: {source: {pull: {urls: [{url: "%s"}]}}}
                """.formatted(name, namespace, Partitions.of(namespace, name), url);
        return client.resource(Serialization.unmarshal(yaml, LiveStream.class)).serverSideApply();
    }

    /** Pod 0 owns the partitions of these streams, pod 1 the rest. */
    private void ring(long epoch, String... streams) {
        int[] owners = new int[Partitions.COUNT];
        Arrays.fill(owners, 1);
        for (String stream : streams) {
            owners[Partitions.of(namespace, stream)] = 0;
        }
        RingTable table = RingTable.of(epoch, owners);
        client.resources(MediaPool.class).inNamespace(namespace).withName("live").subresource("status").patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"status\":{\"ring\":{\"epoch\":%d,\"table\":\"%s\"}}}".formatted(epoch, table.text()));
    }

    private KubernetesSource source(KubernetesClient by, Duration wait) {
        return new KubernetesSource(by, new PoolMember(namespace, "live", 0, folder.resolve("resources.json"), wait),
                new Random(1));
    }

    private String next() throws InterruptedException {
        String event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("heard within 30 s").isNotNull();
        return event;
    }

    @Test
    void shouldFollowItsOwnPartitions() throws Exception {
        ring(10, "cam");
        stream("cam", "tcp://10.0.0.1:1");
        stream("two", "tcp://10.0.0.1:1");
        KubernetesSource source = source(client, Duration.ofSeconds(30));
        source.start(listener);
        assertThat(events).containsExactly("+ LiveStream cam");
        events.clear();
        stream("cam", "tcp://10.0.0.2:1");
        assertThat(next()).isEqualTo("~ LiveStream cam");
        ring(11, "two");
        assertThat(next()).isEqualTo("- LiveStream cam");
        assertThat(next()).isEqualTo("+ LiveStream two");
        client.resources(LiveStream.class).inNamespace(namespace).withName("two").edit(stream -> {
            stream.getMetadata().getLabels().remove("penstock.dev/partition");
            return stream;
        });
        // A label that is gone is no deletion; the deletion is.
        client.resources(LiveStream.class).inNamespace(namespace).withName("two").delete();
        stream("two", "tcp://10.0.0.3:1");
        assertThat(next()).isIn("~ LiveStream two", "- LiveStream two");
        source.stop();
    }

    @Test
    void shouldReadSecretsByName() throws Exception {
        ring(10, "cam");
        client.resource(new SecretBuilder().withNewMetadata().withName("keys").withNamespace(namespace).endMetadata()
                .withStringData(Map.of("a", "b")).build()).create();
        KubernetesSource source = source(client, Duration.ofSeconds(30));
        source.start(listener);
        assertThat(source.secret(namespace, "keys").orElseThrow().text("a")).contains("b");
        assertThat(source.secret(namespace, "none")).isEmpty();
        source.stop();
    }

    @Test
    void shouldServeWhatItKnewWhileTheApiServerIsAwayAndGoOnWhenItIsBack() throws Exception {
        ring(10, "cam", "two");
        stream("cam", "tcp://10.0.0.1:1");
        KubernetesSource first = source(client, Duration.ofSeconds(30));
        first.start(listener);
        while (!Files.exists(folder.resolve("resources.json"))) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        first.stop();
        events.clear();

        Config config = Config.fromKubeconfig(kubeConfig);
        try (Door door = new Door(config.getMasterUrl());
                KubernetesClient through = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(config).withMasterUrl(door.url()).build()).build()) {
            KubernetesSource second = source(through, Duration.ofMillis(500));
            second.start(listener);
            assertThat(next()).isEqualTo("+ LiveStream cam");
            stream("two", "tcp://10.0.0.1:1");
            door.open();
            assertThat(next()).isEqualTo("+ LiveStream two");
            second.stop();
        }
    }

    @Test
    void shouldWriteStatusBesideTheOperatorUntilItsEpochIsStale() throws Exception {
        LiveStream cam = stream("cam", "tcp://10.0.0.1:1");
        String ready = """
                {"apiVersion":"penstock.dev/v1alpha1","kind":"LiveStream","metadata":{"name":"cam","namespace":"%s"},"status":{"observedGeneration":1,
                "conditions":[{"type":"Ready","status":"True","reason":"Ready","message":"Yes","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}"""
                .formatted(namespace);
        client.resources(LiveStream.class).inNamespace(namespace).withName("cam").subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager("penstock-operator")
                        .withForce(true).build(), ready);
        KubernetesStatusWriter writer = new KubernetesStatusWriter(client, InstantSource.system(), System::nanoTime,
                new Random(1));
        writer.report(report(cam, 7, true));
        LiveStream seen = await("True", 7);
        assertThat(seen.getStatus().conditions()).extracting(Condition::type).containsExactlyInAnyOrder("Ready",
                "Live");
        assertThat(seen.getStatus().observedGeneration()).isEqualTo(1);

        KubernetesStatusWriter newer = new KubernetesStatusWriter(client, InstantSource.system(), System::nanoTime,
                new Random(1));
        newer.report(report(cam, 8, false));
        await("False", 8);
        writer.report(report(cam, 7, false));
        writer.report(report(cam, 7, true));
        newer.report(report(cam, 8, true));
        await("True", 8);
        newer.close();
        writer.close();
    }

    private static StreamReport report(LiveStream stream, long epoch, boolean live) {
        return new StreamReport(stream,
                List.of(new ReportedCondition("Live", live ? Condition.Status.True : Condition.Status.False,
                        live ? Reasons.RECEIVING : Reasons.UNREACHABLE, "A sentence")),
                new LiveStreamStatus.Media(epoch, LiveStreamStatus.Origin.PRIMARY, 0, "tcp", null, null, null, null,
                        null, null, 1L, 0, null, null),
                null);
    }

    private LiveStream await(String live, long epoch) {
        return client.resources(LiveStream.class).inNamespace(namespace).withName("cam").waitUntilCondition(
                stream -> stream != null
                        && stream.getStatus() != null && stream.getStatus().media() != null
                        && stream.getStatus().media().epoch() == epoch
                        && stream.getStatus().conditions().stream()
                                .anyMatch(c -> c.type().equals("Live") && c.status().name().equals(live)),
                20, TimeUnit.SECONDS);
    }
}

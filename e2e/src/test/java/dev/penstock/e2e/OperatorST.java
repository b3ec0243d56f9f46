package dev.penstock.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.operator.Main;
import dev.penstock.operator.PenstockOperator;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OperatorST {
    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();
    private TestNamespace space;

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(client);
    }

    @Test
    void shouldTellHealthAndMetrics() throws Exception {
        space.apply("kind: ObjectStore\nmetadata: {name: bucket}\nspec: {s3: {bucket: recordings}}");
        space.awaitReady(ObjectStore.class, "bucket");
        assertThat(get("/healthz")).isEqualTo("healthy\n");
        assertThat(get("/readyz")).isEqualTo("ready\n");
        assertThat(get("/metrics")).contains("penstock_status_writes_total ").contains("jvm_memory_used_bytes")
                .doesNotContain(space.name());
        assertThat(get("/metrics/more")).isEqualTo("not found\n");
    }

    @Test
    void shouldMakePodsThatPassTheRestrictedProfile() {
        client.namespaces().withName(space.name()).edit(n -> {
            n.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
            return n;
        });
        space.apply(
                "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], resources: {requests: {cpu: 500m}}}");
        StatefulSet pods = space.await(StatefulSet.class, "cams", "made", p -> true);
        Pod pod = new PodBuilder().withNewMetadata().withName("cams-0").withNamespace(space.name())
                .withLabels(pods.getSpec().getTemplate().getMetadata().getLabels()).endMetadata()
                .withSpec(pods.getSpec().getTemplate().getSpec()).build();
        assertThat(client.resource(pod).create().getMetadata().getName()).isEqualTo("cams-0");

        pod.getMetadata().setName("cams-1");
        pod.getSpec().getContainers().getFirst().getSecurityContext().setAllowPrivilegeEscalation(true);
        assertThatThrownBy(() -> client.resource(pod).create()).as("the profile is enforced here")
                .hasMessageContaining("restricted");
    }

    @Test
    void shouldLeaveTheWorkToTheLeaderAndTakeOverWhenItEnds() throws Exception {
        TestNamespace home = TestNamespace.create(client);
        plane.allowLeases(home);
        plane.stopOperator();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (KubernetesClient first = plane.as(home.name(), "operator");
                KubernetesClient second = plane.as(home.name(), "operator")) {
            PenstockOperator one = new PenstockOperator(first, elected("one", home), InstantSource.system(), () -> {});
            PenstockOperator two = new PenstockOperator(second, elected("two", home), InstantSource.system(), () -> {});
            one.start();
            home.await(Lease.class, "penstock", "held by one", l -> "one".equals(l.getSpec().getHolderIdentity()));
            threads.submit(two::start);
            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
            space.await(MediaPool.class, "cams", "reconciled", p -> p.getStatus() != null);
            assertThat(home.get(Lease.class, "penstock").getSpec().getHolderIdentity()).isEqualTo("one");

            one.close();
            space.apply("kind: MediaPool\nmetadata: {name: more}\nspec: {modes: [Live]}");
            space.await(MediaPool.class, "more", "reconciled by the other one", p -> p.getStatus() != null);
            assertThat(home.get(Lease.class, "penstock").getSpec().getHolderIdentity()).isEqualTo("two");
            two.close();
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            plane.startOperator();
        }
    }

    @Test
    void shouldRunAsAProcessAndHandOverOnSigterm(@TempDir Path folder) throws Exception {
        TestNamespace home = TestNamespace.create(client);
        Path kubeConfig = Files.writeString(folder.resolve("config"), plane.kubeConfig());
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "--image",
                "registry.example/penstock:test", "--namespaces",
                space.name(), "--admin", "0", "--lease-namespace", home.name()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        Process process = builder.start();
        try {
            Lease lease = home.await(Lease.class, "penstock-operator", "held",
                    l -> l.getSpec().getHolderIdentity() != null);
            assertThat(lease.getSpec().getHolderIdentity()).isNotBlank();
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .as("ended; its log: " + Files.readString(folder.resolve("log"))).isTrue();
            assertThat(process.exitValue()).as("ended by SIGTERM").isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private OperatorConfig elected(String identity, TestNamespace home) {
        return new OperatorConfig(Set.of(space.name()), "registry.example/penstock:test", "cluster.local", 0,
                new LeaderElection(true, "penstock", home.name(), Duration.ofSeconds(3), identity));
    }

    private String get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + plane.operator().adminPort() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}

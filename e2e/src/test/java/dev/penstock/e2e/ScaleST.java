package dev.penstock.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.e2e.AuditLog.Request;
import dev.penstock.operator.Main;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many streams at once: how long until all have their place, what that costs the API server, and that it costs nothing after. The
 * operator is a process of its own with a heap of 512 MiB. {@code -Dscale.streams=2000 -Dscale.quiet=60} for the figures of
 * docs/performance.md.
 */
class ScaleST {
    private static final int STREAMS = Integer.getInteger("scale.streams", 100);
    private static final int QUIET_SECONDS = Integer.getInteger("scale.quiet", 10);
    private static final int WRITES_TO_READY = 4;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();
    @TempDir
    Path folder;

    @Test
    void shouldPlaceManyStreamsWithFewWritesAndNoneAfter() throws Exception {
        plane.stopOperator();
        TestNamespace space = TestNamespace.create(client);
        int port = freePort();
        // Only its own: what other tests left behind tells of itself after some time, such as that something is still missing.
        Process operator = operator(port, space.name());
        Map<String, Instant> placed = new TreeMap<>();
        Map<String, Instant> ready = new TreeMap<>();
        try (FakePods _ = new FakePods(client, space.name());
                SharedIndexInformer<LiveStream> _ = watch(space, placed, ready)) {
            space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 3}");
            awaitPool(space, operator);
            Instant start = Instant.now();
            applyAll(space);
            Instant applied = Instant.now();
            await(placed, operator);
            Instant allPlaced = Instant.now();
            await(ready, operator);
            Instant allReady = Instant.now();
            // What was noted last, events too.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            Map<String, Long> writes = writes(space, start);
            Instant quiet = Instant.now();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
            List<Request> after = plane.audit().requests(ControlPlane.OPERATOR, quiet).stream()
                    .filter(r -> r.isWrite() && !r.resource().startsWith("coordination.k8s.io/")).toList();
            report(port, operator, start, applied, allPlaced, allReady, writes);

            assertThat(after).as("writes while nothing happens").isEmpty();
            assertThat(writes).hasSize(STREAMS);
            assertThat(writes.values()).allMatch(count -> count <= WRITES_TO_READY);
        } finally {
            operator.destroyForcibly().onExit().join();
            plane.startOperator();
        }
    }

    /** Writes of each stream's way to Ready, whoever made them but for the user who applied it. */
    private Map<String, Long> writes(TestNamespace space, Instant since) {
        Map<String, Long> writes = new TreeMap<>();
        for (Request r : plane.audit().requests()) {
            boolean isStream = r.resource().equals("penstock.dev/livestreams/status")
                    || (r.resource().equals("penstock.dev/livestreams") && r.user().equals(ControlPlane.OPERATOR));
            boolean isEvent = r.resource().equals("/events") && r.user().equals(ControlPlane.OPERATOR);
            if (r.isWrite() && !r.time().isBefore(since) && r.namespace().equals(space.name())
                    && (isStream || isEvent)) {
                writes.merge(r.name().replaceAll("\\..*", ""), 1L, Long::sum);
            }
        }
        return writes;
    }

    private void applyAll(TestNamespace space) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                String yaml = "kind: LiveStream\nmetadata: {name: cam-" + i
                        + "}\nspec: {source: {pull: {urls: [{url: \"http://camera/" + i + ".ts\"}]}}}";
                all.add(threads.submit(() -> space.apply(yaml)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private SharedIndexInformer<LiveStream> watch(TestNamespace space, Map<String, Instant> placed,
            Map<String, Instant> ready) {
        return client.resources(LiveStream.class).inNamespace(space.name()).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(LiveStream stream) {
                onUpdate(stream, stream);
            }

            @Override
            public void onUpdate(LiveStream before, LiveStream stream) {
                note(placed, stream, s -> s.getStatus() != null && s.getStatus().pod() != null);
                note(ready, stream, TestNamespace::isReady);
            }

            @Override
            public void onDelete(LiveStream stream, boolean isFinalStateUnknown) {
                // Nobody deletes here.
            }
        });
    }

    private static void note(Map<String, Instant> map, LiveStream stream, Predicate<LiveStream> is) {
        synchronized (map) {
            if (is.test(stream)) {
                map.putIfAbsent(stream.getMetadata().getName(), Instant.now());
            }
        }
    }

    /** Also until the operator has started, which takes its time on a busy machine. */
    private void awaitPool(TestNamespace space, Process operator) throws IOException {
        Instant limit = Instant.now().plus(Duration.ofMinutes(2));
        while (!TestNamespace.isReady(space.get(MediaPool.class, "cams"))) {
            if (Instant.now().isAfter(limit) || !operator.isAlive()) {
                throw new AssertionError(
                        "no ready pool; the operator says\n" + Files.readString(folder.resolve("log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private void await(Map<String, Instant> map, Process operator) throws IOException {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            synchronized (map) {
                if (map.size() == STREAMS) {
                    return;
                }
            }
            if (Instant.now().isAfter(limit) || !operator.isAlive()) {
                throw new AssertionError(map.size() + " of " + STREAMS + "; the operator says\n"
                        + Files.readString(folder.resolve("log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private Process operator(int port, String namespace) throws IOException {
        Path kubeConfig = Files.writeString(folder.resolve("config"), plane.operatorKubeConfig());
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(), "--image", "registry.example/penstock:test", "--no-leader-election",
                "--namespaces",
                namespace, "--admin", String.valueOf(port)).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        return builder.start();
    }

    private void report(int port, Process operator, Instant start, Instant applied, Instant placed, Instant ready,
            Map<String, Long> writes) throws Exception {
        double heap = 0;
        try (HttpClient http = HttpClient.newHttpClient()) {
            heap = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString()).body().lines()
                    .filter(l -> l.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                    .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1))).sum();
        }
        Path proc = Path.of("/proc/" + operator.pid() + "/status");
        String resident = Files.exists(proc)
                ? Files.readAllLines(proc).stream().filter(l -> l.startsWith("VmHWM")).findFirst().orElse("")
                : "";
        System.out.printf("%d streams: applied in %.1f s, all placed %.1f s after the start, all ready %.1f s; "
                + "writes a stream: at most %d, %.2f on average; heap in use %.0f MiB; %s%n", STREAMS,
                seconds(start, applied), seconds(start, placed), seconds(start, ready),
                writes.values().stream().mapToLong(w -> w).max().orElse(0),
                writes.values().stream().mapToLong(w -> w).average().orElse(0), heap / (1 << 20), resident);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

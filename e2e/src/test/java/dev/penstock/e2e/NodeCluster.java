package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.wire.RingTable;

/**
 * A cluster with real nodes, and Penstock in it as a user has it: installed by Helm, with the resources of
 * {@code samples/quickstart-kubernetes}. Made once for all test classes, and left as it is: whoever started the cluster takes it down.
 * The test thread.
 */
final class NodeCluster {
    /** Where the release and the sample are. */
    static final String NAMESPACE = "media";
    static final String RELEASE = "penstock";
    static final Path SAMPLE = Path.of("samples/quickstart-kubernetes");
    static final Path VALUES = Path.of("e2e/src/test/resources/node/values.yaml");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static NodeCluster shared;

    private final Programs programs;
    private final KubernetesClient client;

    private NodeCluster() throws IOException {
        String file = System.getenv("E2E_KUBECONFIG");
        if (file == null) {
            throw new IllegalStateException(
                    "E2E_KUBECONFIG is not set: run make e2e, or name the kubeconfig of a cluster "
                            + "that has the images of make images");
        }
        String config = Files.readString(Path.of(file));
        programs = new Programs(Files.createTempDirectory("node-cluster"), config);
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(config)).build();
    }

    /** The cluster with Penstock and the sample, all ready. */
    static synchronized NodeCluster get() {
        if (shared == null) {
            try {
                NodeCluster cluster = new NodeCluster();
                cluster.install();
                shared = cluster;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
    }

    private void install() {
        programs.ok("helm", "upgrade", "--install", RELEASE, "charts/penstock", "--namespace", NAMESPACE,
                "--create-namespace", "--values", VALUES.toString());
        kubectl("rollout", "status", "deployment/penstock-operator", "--timeout=4m");
        kubectl("wait", "mediapool/live", "mediagateway/front", "--for=condition=Ready", "--timeout=4m");
        kubectl("apply", "-f", SAMPLE.toString());
        kubectl("wait", "livestream/camera", "recording/camera", "objectstore/minio", "--for=condition=Ready",
                "--timeout=4m");
        kubectl("wait", "livestream/camera", "--for=condition=Live", "--timeout=4m");
    }

    /** An administrator. */
    KubernetesClient client() {
        return client;
    }

    /** Programs as users run them, as an administrator. */
    Programs programs() {
        return programs;
    }

    /** Runs kubectl in {@link #NAMESPACE}; what it printed. */
    String kubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--namespace", NAMESPACE));
        command.addAll(Arrays.asList(arguments));
        return programs.ok(command.toArray(String[]::new));
    }

    /** A URL of the gateway, by the port that it has on every node. */
    URI url(String path) {
        int port = client.services().inNamespace(NAMESPACE).withName("front-gateway").get().getSpec().getPorts()
                .stream()
                .filter(p -> "http".equals(p.getName())).findFirst().orElseThrow().getNodePort();
        String node = client.nodes().list().getItems().getFirst().getStatus().getAddresses().stream()
                .filter(a -> "InternalIP".equals(a.getType())).map(NodeAddress::getAddress).findFirst().orElseThrow();
        return URI.create("http://" + node + ":" + port + path);
    }

    /** The playlist of the sample's stream. */
    URI playlist() {
        return url("/live/" + NAMESPACE + "/camera/index.m3u8");
    }

    /** Name of the pod that owns the sample's stream, by the pool's table. */
    String owner() {
        LiveStream stream = client.resources(LiveStream.class).inNamespace(NAMESPACE).withName("camera").get();
        MediaPool pool = client.resources(MediaPool.class).inNamespace(NAMESPACE).withName("live").get();
        RingTable table = RingTable.parse(pool.getStatus().ring().epoch(), pool.getStatus().ring().table());
        return "live-" + table.owner(stream.getStatus().partition());
    }

    /** The pods of a label. */
    List<Pod> pods(String key, String value) {
        return client.pods().inNamespace(NAMESPACE).withLabel(key, value).list().getItems();
    }

    /** Waits until something is so; what was asked for is said when it never is. */
    void await(String what, Duration limit, Supplier<Boolean> isSo) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isSo.get()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + limit + ": " + what + "\n" + kubectl("get",
                        "penstock,pods,events"));
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}

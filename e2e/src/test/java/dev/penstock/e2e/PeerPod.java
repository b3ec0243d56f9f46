package dev.penstock.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real data-plane process that finds the other pods of its pool by their names, with the rights of a pod. The test thread. */
final class PeerPod implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final String host;
    private final Ports ports;

    /**
     * Ports that all pods of a pool have; each pod has a loopback address of its own.
     *
     * @param http viewers; 0 for any free one
     * @param admin health; 0 for any free one
     */
    record Ports(int http, int admin) {
        /** Two that are free, as far as can be told. */
        static Ports free() throws IOException {
            try (ServerSocket one = new ServerSocket(0); ServerSocket two = new ServerSocket(0)) {
                return new Ports(one.getLocalPort(), two.getLocalPort());
            }
        }
    }

    private PeerPod(Process process, String host, Ports ports) {
        this.process = process;
        this.host = host;
        this.ports = ports;
    }

    /** Starts a pod that finds the others, up to three, by their names; each keeps its things in a folder of its own. */
    static PeerPod start(TestNamespace space, String pool, Path base, int ordinal, Ports ports) throws IOException {
        return start(space, pool, base, ordinal, ports, ControlPlane.get().kubeConfig(space.name(), pool));
    }

    /** Starts a pod that reaches the API server in its own way. */
    static PeerPod start(TestNamespace space, String pool, Path base, int ordinal, Ports ports, String access)
            throws IOException {
        Path folder = Files.createDirectories(base.resolve("pod-" + ordinal));
        StringBuilder names = new StringBuilder("127.0.0.1 localhost\n");
        for (int i = 0; i < 3; i++) {
            names.append("127.0.0.").append(i + 1).append(' ').append(pool).append('-').append(i)
                    .append(".pods.test\n");
        }
        Path hosts = Files.writeString(folder.resolve("hosts"), names);
        String host = "127.0.0." + (ordinal + 1);
        Path kubeConfig = Files.writeString(folder.resolve("config"), access);
        Path log = folder.resolve("pod.log");
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-Djdk.net.hosts.file=" + hosts, "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.penstock.dataplane.app.Main", "serve", "--pool", pool, "--namespace", space.name(), "--ordinal",
                String.valueOf(ordinal), "--http", host + ":" + ports.http(), "--admin", host + ":" + ports.admin(),
                "--data", folder.resolve("data").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        builder.environment().put("PENSTOCK_PEERS", "pods.test");
        return new PeerPod(builder.start(), host, ports);
    }

    /** What a viewer gets who asks this pod; it must have been given its ports. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return ask(ports.http(), path);
    }

    /** What the operator gets on the admin port. */
    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return ask(ports.admin(), path);
    }

    private HttpResponse<String> ask(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                .timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    /** Asks it to end, and does not wait. */
    void signal() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

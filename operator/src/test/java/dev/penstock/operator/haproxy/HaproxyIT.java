package dev.penstock.operator.haproxy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.operator.haproxy.LiveBackend.Server;
import dev.penstock.operator.ring.ClaimPlanner;

import static org.assertj.core.api.Assertions.assertThat;

/** A real HAProxy accepts what we write and sends each path to the pod that Java's CRC32 names. */
@Timeout(60)
class HaproxyIT {
    private static final int PARTITIONS = 4096;
    private static final int PODS = 4;

    @TempDir
    Path folder;
    private final List<HttpServer> pods = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process haproxy;
    private int port;

    @BeforeEach
    void startPods() throws IOException {
        for (int i = 0; i < PODS; i++) {
            pods.add(pod("cams-" + i));
        }
        port = freePort();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (haproxy != null) {
            haproxy.destroy();
            haproxy.waitFor();
        }
        pods.forEach(pod -> pod.stop(0));
        client.close();
    }

    @Test
    void shouldAcceptTheConfigurationOfAPoolInACluster() throws Exception {
        Files.writeString(folder.resolve("partitions.map"), "");
        String text = ConfigurationWriter
                .write(plan(
                        Optional.of(LiveBackend.of("cams", "video", "cams-pods", 200, 8080, 9090, "cluster.local"))));
        assertThat(check(text)).isEmpty();
        assertThat(check(ConfigurationWriter.write(plan(Optional.empty())))).isEmpty();
    }

    @Test
    void shouldSendEachPathToTheOwnerOfItsPartition() throws Exception {
        int[] owners = owners(PODS);
        start(owners);
        List<String> names = IntStream.range(0, 1000).mapToObj(i -> "ns-" + i % 17 + "/camera-" + i).toList();
        assertAnsweredByOwners(names, owners);
    }

    @Test
    void shouldFollowAMapThatChangesAtRunTime() throws Exception {
        start(owners(PODS));
        int[] three = owners(PODS - 1);
        PartitionMap map = new PartitionMap(folder.resolve("partitions.map").toString(), "cams", three);

        String answer = command(map.prepare());
        assertThat(answer).contains("New version created: ");
        int version = Integer.parseInt(answer.replaceAll("\\D", ""));
        for (String fill : map.fill(version)) {
            assertThat(command(fill)).isBlank();
        }
        assertThat(command(map.commit(version))).isBlank();

        assertAnsweredByOwners(IntStream.range(0, 200).mapToObj(i -> "ns/camera-" + i).toList(), three);
    }

    @Test
    void shouldGoToAnotherPodWhenTheOwnerIsDown() throws Exception {
        int[] owners = owners(PODS);
        start(owners);
        String name = IntStream.range(0, 1000).mapToObj(i -> "ns/camera-" + i).filter(n -> owners[partition(n)] == 1)
                .findFirst()
                .orElseThrow();
        pods.get(1).stop(0);
        assertThat(get("/live/" + name + "/index.m3u8").body()).startsWith("cams-").doesNotStartWith("cams-1 ");
    }

    @Test
    void shouldKeepAdminPathsInside() throws Exception {
        start(owners(PODS));
        for (String path : List.of("/metrics", "/healthz", "/readyz", "/live.old", "/other")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        for (String path : List.of("/", "/api/v1/streams", "/recordings/ns/rec/index.m3u8")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    private void assertAnsweredByOwners(List<String> names, int[] owners) throws Exception {
        for (String name : names) {
            String owner = "cams-" + owners[partition(name)];
            assertThat(get("/live/" + name + "/index.m3u8").body()).startsWith(owner + " ");
            assertThat(get("/publish/" + name + "/7.ts?x=/a/b").body()).startsWith(owner + " ");
        }
    }

    private void start(int[] owners) throws Exception {
        List<Server> servers = IntStream.range(0, PODS).mapToObj(i -> {
            int podPort = pods.get(i).getAddress().getPort();
            return new Server("cams-" + i, i, "127.0.0.1", podPort, podPort);
        }).toList();
        Path map = folder.resolve("partitions.map");
        Files.writeString(map, new PartitionMap(map.toString(), "cams", owners).text());
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, ConfigurationWriter.write(plan(Optional.of(new LiveBackend("live", servers)))));
        haproxy = haproxy("-db", "-f", file.toString());
        CompletableFuture.runAsync(() -> {
            try {
                haproxy.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // It has ended.
            }
        });
        for (int i = 0; i < 200; i++) {
            try {
                if (get("/").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                assertThat(haproxy.isAlive()).as("haproxy runs").isTrue();
            }
            haproxy.waitFor(Duration.ofMillis(50));
        }
        throw new AssertionError("haproxy does not answer");
    }

    private String check(String text) throws Exception {
        Path file = folder.resolve("check.cfg");
        Files.writeString(file, text);
        Process check = haproxy("-c", "-q", "-f", file.toString());
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        return said;
    }

    private static Process haproxy(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("haproxy"));
        line.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(line).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("This test runs the program haproxy (2.6 or later): apt-get install haproxy", e);
        }
    }

    private GatewayPlan plan(Optional<LiveBackend> live) {
        return new GatewayPlan("127.0.0.1:" + port, folder.resolve("admin.sock").toString(),
                folder.resolve("partitions.map").toString(),
                Optional.empty(), 1000, live);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String command(String command) throws IOException {
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(folder.resolve("admin.sock")));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(command);
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (socket.read(answer) >= 0 && answer.hasRemaining()) {
                // Until HAProxy closes.
            }
            return StandardCharsets.UTF_8.decode(answer.flip()).toString();
        }
    }

    private static int[] owners(int pods) {
        return ClaimPlanner.claim(IntStream.generate(() -> ClaimPlanner.NOBODY).limit(PARTITIONS).toArray(),
                new TreeSet<>(IntStream.range(0, pods).boxed().toList()));
    }

    private static int partition(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % PARTITIONS);
    }

    private static HttpServer pod(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = (name + " " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

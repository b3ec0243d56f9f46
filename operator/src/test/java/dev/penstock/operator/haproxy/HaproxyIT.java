package dev.penstock.operator.haproxy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.operator.RealHaproxy;
import dev.penstock.operator.haproxy.FrontDoor.Application;
import dev.penstock.operator.haproxy.FrontDoor.Tls;
import dev.penstock.operator.haproxy.LiveBackend.Ports;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

/** A real HAProxy accepts what we write and sends each path to the pod that Java's CRC32 names. */
@Timeout(60)
class HaproxyIT {
    private static final int PODS = 4;
    private static final String PASSWORD = "secret";

    @TempDir
    Path folder;
    private RealHaproxy haproxy;

    @BeforeEach
    void startPods() {
        haproxy = new RealHaproxy(folder, PODS);
    }

    @AfterEach
    void stop() {
        haproxy.close();
    }

    @Test
    void shouldAcceptWhatWeWrite() throws Exception {
        makeCertificate();
        haproxy.write(FrontDoor.PARTITIONS, "");
        haproxy.write(FrontDoor.ALIASES, "");
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/ConfigurationWriterTest"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file).replace("/var/run/penstock", folder.toString())
                        .replace("/etc/penstock/tls", folder.toString());
                assertThat(haproxy.check(text)).as(file.toString()).isEmpty();
            }
        }
        Application[] most = IntStream.range(0, 64).mapToObj(i -> new Application("/app-" + i, "app.video.svc", 80))
                .toArray(Application[]::new);
        FrontDoor door = new FrontDoor(":8080", Optional.empty(), ":8404", folder.toString(),
                Optional.of("video.example.com"), 1000,
                Optional.of(LiveBackend.of("cams", "cams-pods.video.svc.cluster.local", 200,
                        new Ports(8080, 9090, 1935), ":1935")),
                List.of(most));
        assertThat(haproxy.check(ConfigurationWriter.write(door))).isEmpty();
    }

    @Test
    void shouldSendEachPathToTheOwnerOfItsPartition() throws Exception {
        RingTable table = start("");
        for (int i = 0; i < 1000; i++) {
            String name = "camera-" + i;
            String namespace = "ns-" + i % 17;
            String owner = "cams-" + table.owner(Partitions.of(namespace, name));
            HttpResponse<String> played = haproxy.get("/live/" + namespace + "/" + name + "/index.m3u8");
            assertThat(played.body()).startsWith(owner + " ");
            assertThat(played.headers().firstValue("Penstock-Pod")).contains(owner);
            assertThat(haproxy.get("/publish/" + namespace + "/" + name + "/7.ts?x=/a/b").body())
                    .startsWith(owner + " ");
        }
    }

    @Test
    void shouldGoToAnotherPodWhenTheOwnerIsDown() throws Exception {
        RingTable table = start("");
        List<String> names = IntStream.range(0, 200).mapToObj(i -> "camera-" + i)
                .filter(n -> table.owner(Partitions.of("ns", n)) == 1).toList();
        assertThat(names).hasSizeGreaterThan(20);
        haproxy.stopPod(1);
        for (String name : names) {
            HttpResponse<String> answer = haproxy.get("/live/ns/" + name + "/index.m3u8");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("cams-").doesNotStartWith("cams-1 ");
        }
    }

    @Test
    void shouldKeepInsideWhatIsForTheClusterOnly() throws Exception {
        HttpServer shop = RealHaproxy.server("shop");
        haproxy.start(haproxy.door(PODS, Optional.empty(),
                new Application("/", "127.0.0.1", shop.getAddress().getPort())), RealHaproxy.table(PODS), "");
        for (String path : List.of("/metrics", "/healthz", "/readyz", "/metrics/x")) {
            assertThat(haproxy.get(path).statusCode()).as(path).isEqualTo(404);
        }
        HttpClient client = HttpClient.newHttpClient();
        for (String path : List.of("/healthz", "/metrics")) {
            assertThat(client.send(HttpRequest.newBuilder(haproxy.adminUri(path)).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).as(path).isEqualTo(200);
        }
        HttpRequest pretender = HttpRequest.newBuilder(haproxy.uri("/live/ns/door/stream.ts"))
                .header("Penstock-Relay", "cams-0").build();
        assertThat(client.send(pretender, HttpResponse.BodyHandlers.ofString()).body()).doesNotContain("relayed");
        shop.stop(0);
    }

    @Test
    void shouldServePageApiAndRecordingsAndNothingElse() throws Exception {
        start("");
        for (String path : List.of("/", "/assets/page.css", "/api/v1/streams", "/recordings/ns/rec/index.m3u8",
                "/publish/ns/door")) {
            assertThat(haproxy.get(path).body()).as(path).startsWith("cams-").endsWith(path);
        }
        for (String path : List.of("/live.old", "/other", "/pod", "/live", "/live/ns", "/live/ns/", "/live//ns/door/a",
                "/live/ns//door/a", "/live/ns/door//stream.ts", "/live/ns/door/../../../metrics", "/live/ns/../door",
                "/live/NS/door/stream.ts", "/live/ns/%64oor/stream.ts", "/live/ns/door/..", "//live/ns/door")) {
            assertThat(haproxy.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void shouldKnowAliases() throws Exception {
        RingTable table = start("/pipe.ts /live/ns/door/stream.ts\n/door.m3u8 /live/ns/door/index.m3u8\n");
        String owner = "cams-" + table.owner(Partitions.of("ns", "door"));
        assertThat(haproxy.get("/pipe.ts?a=b").body()).isEqualTo(owner + " /live/ns/door/stream.ts?a=b");
        HttpResponse<String> playlist = haproxy.get("/door.m3u8?a=b");
        assertThat(playlist.statusCode()).isEqualTo(307);
        assertThat(playlist.headers().firstValue("location")).contains("/live/ns/door/index.m3u8?a=b");
        assertThat(haproxy.get("/door.m3u8").headers().firstValue("location")).contains("/live/ns/door/index.m3u8");
        assertThat(haproxy.get("/pipe.ts/x").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldServeApplicationsBesideThePool() throws Exception {
        HttpServer wall = RealHaproxy.server("wall");
        HttpServer admin = RealHaproxy.server("admin");
        haproxy.start(
                haproxy.door(PODS, Optional.empty(), new Application("/app", "127.0.0.1", wall.getAddress().getPort()),
                        new Application("/app/admin/", "127.0.0.1", admin.getAddress().getPort())),
                RealHaproxy.table(PODS), "");
        assertThat(haproxy.get("/app").body()).isEqualTo("wall /app");
        assertThat(haproxy.get("/app/x//y?z").body()).isEqualTo("wall /app/x//y?z");
        assertThat(haproxy.get("/app/admin/x").body()).isEqualTo("admin /app/admin/x");
        assertThat(haproxy.get("/application").statusCode()).isEqualTo(404);
        assertThat(haproxy.get("/").body()).startsWith("cams-");
        assertThat(haproxy.get("/live/ns/door/stream.ts").body()).startsWith("cams-");
        wall.stop(0);
        admin.stop(0);
    }

    @Test
    void shouldSendHttp2ToTheSameOwner() throws Exception {
        KeyStore store = makeCertificate();
        int port = RealHaproxy.freePort();
        FrontDoor door = haproxy.door(PODS,
                Optional.of(new Tls("127.0.0.1:" + port, folder.resolve("tls.crt").toString(), port)));
        RingTable table = RealHaproxy.table(PODS);
        haproxy.write(FrontDoor.PARTITIONS, MapFile.partitions("/m", "cams", table).text());
        haproxy.write(FrontDoor.ALIASES, "");
        haproxy.write(FrontDoor.CONFIGURATION, ConfigurationWriter.write(door));
        haproxy.startAndAwait(308);
        assertThat(haproxy.get("/live/ns/door/stream.ts?a=b").headers().firstValue("location"))
                .contains("https://127.0.0.1:" + port + "/live/ns/door/stream.ts?a=b");

        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            for (int i = 0; i < 100; i++) {
                URI uri = URI.create("https://localhost:" + port + "/live/ns/camera-" + i + "/index.m3u8");
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.body())
                        .startsWith("cams-" + table.owner(Partitions.of("ns", "camera-" + i)) + " ");
            }
        }
        assertThat(publisher(SocketFactory.getDefault())).startsWith("cams-");
        assertThat(publisher(context.getSocketFactory())).startsWith("cams-");
    }

    @Test
    void shouldSpreadRtmpPublishersOverThePodsThatAreThere() throws Exception {
        start("");
        Set<String> pods = new HashSet<>();
        for (int i = 0; i < 2 * PODS; i++) {
            pods.add(publisher(SocketFactory.getDefault()));
        }
        assertThat(pods).hasSize(PODS);
        haproxy.stopPod(1);
        for (int i = 0; i < 2 * PODS; i++) {
            assertThat(publisher(SocketFactory.getDefault())).startsWith("cams-").isNotEqualTo("cams-1");
        }
    }

    /** Which pod a connection to the port of RTMP ends at: the test's pods speak HTTP there too. */
    private String publisher(SocketFactory sockets) throws IOException {
        try (Socket socket = sockets.createSocket("127.0.0.1", haproxy.rtmpPort())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4).replaceFirst(" .*", "");
        }
    }

    private RingTable start(String aliases) throws Exception {
        RingTable table = RealHaproxy.table(PODS);
        haproxy.start(haproxy.door(PODS, Optional.empty()), table, aliases);
        return table;
    }

    /** Makes {@code tls.crt} and {@code tls.key} as a Secret has them, for localhost. */
    private KeyStore makeCertificate() throws Exception {
        Path file = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-alias", "a", "-dname", "CN=localhost", "-ext", "san=dns:localhost",
                "-keystore", file.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        assertThat(keytool.waitFor()).as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        pem("tls.key", "PRIVATE KEY", store.getKey("a", PASSWORD.toCharArray()).getEncoded());
        pem("tls.crt", "CERTIFICATE", store.getCertificate("a").getEncoded());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", store.getCertificate("a"));
        return trusted;
    }

    private void pem(String name, String what, byte[] bytes) throws IOException {
        Files.writeString(folder.resolve(name), "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n");
    }
}

package dev.penstock.operator.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.operator.RealHaproxy;
import dev.penstock.operator.haproxy.ConfigurationWriter;
import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.MapFile;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The agent's hands on a real HAProxy. */
@Timeout(90)
class KeeperIT {
    private static final int PODS = 4;

    @TempDir
    Path folder;
    private RealHaproxy haproxy;
    private Keeper keeper;

    @BeforeEach
    void start() throws Exception {
        haproxy = new RealHaproxy(folder, PODS);
        keeper = keeper();
        keeper.writeFirst(files(PODS, PODS, ""));
        haproxy.start();
    }

    @AfterEach
    void stop() {
        haproxy.close();
    }

    @Test
    void shouldChangeMapsWithoutAReloadAndKeepConnections() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                InputStream slow = client.send(HttpRequest.newBuilder(haproxy.uri("/live/ns/door/slow")).build(),
                        HttpResponse.BodyHandlers.ofInputStream()).body()) {
            assertThat(keeper.sync(files(PODS, PODS, ""))).isFalse();
            assertThat(keeper.sync(files(PODS, 3, "/pipe.ts /live/ns/door/stream.ts\n"))).isFalse();
            assertOwners(3);
            assertThat(haproxy.get("/pipe.ts").body()).endsWith(" /live/ns/door/stream.ts");
            assertThat(keeper.sync(files(PODS, 2, ""))).isFalse();
            assertOwners(2);
            assertThat(haproxy.get("/pipe.ts").statusCode()).isEqualTo(404);
            assertThat(new String(slow.readAllBytes(), StandardCharsets.UTF_8)).startsWith("...")
                    .endsWith("/live/ns/door/slow");
        }
    }

    @Test
    void shouldReloadUnderLoadWithoutLosingARequest() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> failures = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                failures.add(clients.submit(load(isOver, answered)));
            }
            try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                    InputStream slow = client.send(HttpRequest.newBuilder(haproxy.uri("/live/ns/door/slow")).build(),
                            HttpResponse.BodyHandlers.ofInputStream()).body()) {
                for (int pods : List.of(2, 4, 3)) {
                    assertThat(keeper.sync(files(pods, pods, ""))).isTrue();
                    assertOwners(pods);
                }
                assertThat(new String(slow.readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("/live/ns/door/slow");
            } finally {
                isOver.set(true);
            }
            for (Future<Integer> failed : failures) {
                assertThat(failed.get()).isZero();
            }
        }
        assertThat(answered.get()).isGreaterThan(100);
    }

    @Test
    void shouldKeepTheOldConfigurationWhenTheNewOneIsRefused() throws Exception {
        String good = Files.readString(folder.resolve(FrontDoor.CONFIGURATION));
        DesiredFiles bad = new DesiredFiles(good + "\nbackend x\n  no-such-keyword\n",
                files(PODS, PODS, "").aliases(), Optional.empty());
        keeper.sync(bad);
        assertThat(folder.resolve(FrontDoor.CONFIGURATION)).hasContent(good);
        assertThat(keeper.sync(bad)).as("not tried again").isFalse();
        assertOwners(PODS);
        assertThat(keeper.sync(files(3, 3, ""))).isTrue();
        assertOwners(3);
    }

    @Test
    void shouldGoOnAfterARestartOfEither() throws Exception {
        keeper.sync(files(PODS, 3, ""));
        haproxy.kill();
        DesiredFiles next = files(PODS, 2, "/pipe.ts /live/ns/door/stream.ts\n");
        assertThatThrownBy(() -> keeper.sync(next)).isInstanceOf(IOException.class);
        haproxy.start();
        assertOwners(2);
        assertThat(haproxy.get("/pipe.ts").statusCode()).isEqualTo(200);
        assertThat(keeper().sync(next)).as("a new agent finds all as it should be").isFalse();
        assertThat(keeper().sync(files(PODS, 4, ""))).isFalse();
        assertOwners(4);
    }

    @Test
    void shouldReloadWhenTheCertificateChanges() throws Exception {
        Path certificate = Files.writeString(folder.resolve("tls.crt"), "one");
        Keeper withTls = new Keeper(
                new AgentSettings("ns", "front", folder, Optional.of(certificate), Duration.ofSeconds(1)));
        assertThat(withTls.sync(files(PODS, PODS, ""))).isTrue();
        assertThat(withTls.sync(files(PODS, PODS, ""))).isFalse();
        Files.writeString(certificate, "two");
        assertThat(withTls.sync(files(PODS, PODS, ""))).isTrue();
        assertThat(withTls.sync(files(PODS, PODS, ""))).isFalse();
    }

    private Callable<Integer> load(AtomicBoolean isOver, AtomicInteger answered) {
        return () -> {
            int failed = 0;
            for (int i = 0; !isOver.get(); i++) {
                try {
                    failed += haproxy.get("/live/ns/camera-" + i % 500 + "/index.m3u8").statusCode() == 200 ? 0 : 1;
                    answered.incrementAndGet();
                } catch (IOException e) {
                    failed++;
                }
            }
            return failed;
        };
    }

    private void assertOwners(int members) throws Exception {
        RingTable table = RealHaproxy.table(members);
        for (int i = 0; i < 100; i++) {
            assertThat(haproxy.get("/live/ns/camera-" + i + "/index.m3u8").body())
                    .startsWith("cams-" + table.owner(Partitions.of("ns", "camera-" + i)) + " ");
        }
    }

    private Keeper keeper() {
        return new Keeper(new AgentSettings("ns", "front", folder, Optional.empty(), Duration.ofSeconds(1)));
    }

    private DesiredFiles files(int servers, int members, String aliases) {
        return new DesiredFiles(ConfigurationWriter.write(haproxy.door(servers, Optional.empty())),
                MapFile.parse(folder + "/" + FrontDoor.ALIASES, aliases),
                Optional.of(MapFile.partitions(folder + "/" + FrontDoor.PARTITIONS, "cams",
                        RealHaproxy.table(members))));
    }
}

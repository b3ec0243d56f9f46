package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** Limits of viewers, on the process that a user starts. */
class LimitsIT {
    private final List<HttpClient> clients = new ArrayList<>();
    private final List<InputStream> watching = new ArrayList<>();

    @TempDir
    Path folder;
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
    }

    @AfterEach
    void leave() throws IOException {
        for (InputStream viewer : watching) {
            viewer.close();
        }
        clients.forEach(HttpClient::shutdownNow);
    }

    @Test
    @Execution(CONCURRENT)
    void shouldServeTheTenthSayFullAndTurnTheThirteenthAway() throws Exception {
        stream("cam", "limits: {softViewers: 10, hardViewers: 12, fullStatus: 404}");
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            for (int i = 1; i <= 9; i++) {
                watch(penstock, "cam");
            }
            assertThat(load(penstock, "cam")).isEqualTo("ok");
            watch(penstock, "cam");
            assertThat(load(penstock, "cam")).isEqualTo("full");
            watch(penstock, "cam");
            HttpResponse<String> player = get(penstock, "/live/default/cam/index.m3u8", "player");
            assertThat(player.statusCode()).isEqualTo(200);
            HttpResponse<String> thirteenth = get(penstock, "/live/default/cam/stream.ts", "x");
            assertThat(thirteenth.statusCode()).isEqualTo(404);
            assertThat(thirteenth.body())
                    .contains("stream default/cam: has 12 viewers, which is its limit (spec.limits.hardViewers)");
            assertThat(get(penstock, "/live/default/cam/media.m3u8", "x").statusCode()).isEqualTo(404);
            assertThat(get(penstock, "/live/default/cam/media.m3u8", "player").statusCode()).as("who is in stays")
                    .isEqualTo(200);
            for (int i = 0; i < 4; i++) {
                watching.removeLast().close();
            }
            PenstockProcess.await("room again", () -> load(penstock, "cam").equals("ok"));
            assertThat(get(penstock, "/live/default/cam/index.m3u8", "x").statusCode()).isEqualTo(200);
            assertThat(penstock.text("/metrics")).contains("penstock_viewers_refused_total{limit=\"stream\"} 2.0");
            assertThat(penstock.log()).contains("Full: new viewers should go elsewhere", "Not full any more");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldKeepTheLimitsOfThePodThatItStandsFor() throws Exception {
        stream("a", "");
        stream("b", "");
        Files.writeString(resources.resolve("pool.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: MediaPool
                metadata: {name: live}
                spec: {modes: [Live], limits: {softViewers: 1, hardViewers: 2, streams: 2}}
                """);
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("limits",
                    () -> json(penstock, "/api/v1/health").path("load").asText().equals("ok"));
            watch(penstock, "a");
            assertThat(json(penstock, "/api/v1/health").path("load").asText()).isEqualTo("full");
            watch(penstock, "b");
            HttpResponse<String> third = get(penstock, "/live/default/b/stream.ts", "x");
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).hasValue("5");
            stream("c", "");
            PenstockProcess.await("the third stream is refused",
                    () -> penstock.text("/api/v1/problems").contains("its limit (MediaPool spec.limits.streams)"));
            Files.delete(resources.resolve("a.yaml"));
            PenstockProcess.await("the third stream runs",
                    () -> json(penstock, "/api/v1/streams/default/c").path("state").asText().equals("Live"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldLimitViewersFromOneAddress() throws Exception {
        stream("cam", "limits: {perAddress: 1}");
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            watch(penstock, "cam");
            HttpResponse<String> second = get(penstock, "/live/default/cam/stream.ts", "x");
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.body()).contains("spec.limits.perAddress");
        }
    }

    private void stream(String name, String more) throws IOException {
        Files.writeString(resources.resolve(name + ".yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: %s}
                spec:
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  %s
                """.formatted(name, Clips.file(), more));
    }

    private void watch(PenstockProcess penstock, String name) throws Exception {
        HttpResponse<InputStream> answer = client().send(
                request(penstock, "/live/default/" + name + "/stream.ts", "x"),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().read()).isEqualTo(0x47);
        watching.add(answer.body());
    }

    private HttpResponse<String> get(PenstockProcess penstock, String path, String agent) throws Exception {
        return client().send(request(penstock, path, agent), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(PenstockProcess penstock, String path, String agent) {
        return HttpRequest.newBuilder(URI.create(penstock.url(path))).header("User-Agent", agent)
                .timeout(Duration.ofSeconds(30)).build();
    }

    private HttpClient client() {
        HttpClient client = HttpClient.newHttpClient();
        clients.add(client);
        return client;
    }

    private static String load(PenstockProcess penstock, String name) {
        return json(penstock, "/api/v1/streams/default/" + name).path("load").asText();
    }

    private static JsonNode json(PenstockProcess penstock, String path) {
        try {
            return new ObjectMapper().readTree(penstock.text(path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

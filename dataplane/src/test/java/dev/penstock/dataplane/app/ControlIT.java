package dev.penstock.dataplane.app;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** Control of a real process: its viewers are told of and sent away, and a stream stays off the air until it is put back. */
class ControlIT {
    private static final String OFFLINE = "/api/v1/streams/default/cam/offline";

    @TempDir
    Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws Exception {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
        write(false);
    }

    private void write(boolean offline) throws Exception {
        Files.writeString(resources.resolve("cam.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  offline: %s
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  http: {aliases: [/pipe.ts]}
                """.formatted(offline, Clips.file()));
    }

    @Test
    @Execution(CONCURRENT)
    void shouldTellOfViewersAndSendThemAway() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("media", () -> penstock.status("/check/pipe.ts") == 200);
            assertThat(penstock.text("/check/pipe.ts")).isEqualTo("200 ok");
            URI url = URI.create(penstock.url("/"));
            try (Socket viewer = new Socket(url.getHost(), url.getPort());
                    Socket other = new Socket(url.getHost(), url.getPort())) {
                play(viewer);
                play(other);
                PenstockProcess.await("two sessions with bytes", () -> {
                    JsonNode now = sessions(penstock);
                    return now.size() == 2 && now.get(0).path("bytes").asLong() > 0;
                });
                JsonNode first = sessions(penstock).get(0);
                assertThat(first.path("address").asText()).isEqualTo("127.0.0.1");
                assertThat(first.path("stream").asText()).isEqualTo("default/cam");
                String session = "/api/v1/sessions/" + first.path("id").asText();
                assertThat(send(penstock, "DELETE", session, "", "X-Forwarded-For", "192.0.2.1").statusCode())
                        .isEqualTo(403);
                assertThat(send(penstock, "DELETE", session, "").statusCode()).isEqualTo(200);
                PenstockProcess.await("one session", () -> sessions(penstock).size() == 1);
                assertThat(send(penstock, "DELETE", session, "").statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldStayOffTheAirUntilItIsPutBackOrTheFolderSaysOtherwise() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("#EXTM3U");
            assertThat(send(penstock, "PUT", OFFLINE, "{\"offline\":1}").statusCode()).isEqualTo(400);
            assertThat(send(penstock, "PUT", OFFLINE, "{\"offline\":true}", "Origin", "http://evil.example")
                    .statusCode()).isEqualTo(403);
            assertThat(send(penstock, "PUT", OFFLINE.replace("cam", "none"), "{\"offline\":true}").statusCode())
                    .isEqualTo(404);
            assertThat(send(penstock, "PUT", OFFLINE, "{\"offline\":true}").statusCode()).isEqualTo(200);
            assertThat(penstock.status("/live/default/cam/index.m3u8")).isEqualTo(503);
            assertThat(penstock.status("/check/pipe.ts")).isEqualTo(404);
            penstock.kill();
        }
        try (PenstockProcess again = PenstockProcess.run(resources, data)) {
            assertThat(again.status("/live/default/cam/index.m3u8")).as("after a crash").isEqualTo(503);
            HttpResponse<String> back = send(again, "GET", "/control/pipe.ts?online", "");
            assertThat(back.statusCode() + " " + back.body()).isEqualTo("202 202 accepted");
            assertThat(again.text("/live/default/cam/index.m3u8")).contains("#EXTM3U");
            assertThat(send(again, "GET", "/control/pipe.ts?offline", "").statusCode()).isEqualTo(202);
            assertThat(again.status("/live/default/cam/index.m3u8")).isEqualTo(503);
            write(true);
            PenstockProcess.await("the folder says offline too",
                    () -> notKept(data.resolve("offline.json")));
            write(false);
            PenstockProcess.await("the folder's word",
                    () -> again.status("/live/default/cam/index.m3u8") == 200);
        }
    }

    private static boolean notKept(Path file) {
        try {
            return !Files.readString(file).contains("default/cam");
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void play(Socket socket) throws Exception {
        socket.getOutputStream()
                .write("GET /pipe.ts HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(in.readNBytes(15)).asString(StandardCharsets.US_ASCII).isEqualTo("HTTP/1.1 200 OK");
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[8192];
            try {
                while (in.read(buffer) >= 0) {}
            } catch (java.io.IOException e) {
                return;
            }
        });
    }

    private static JsonNode sessions(PenstockProcess penstock) {
        try {
            return new ObjectMapper().readTree(penstock.text("/api/v1/streams/default/cam/sessions")).path("sessions");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(PenstockProcess penstock, String method, String path, String body,
            String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(penstock.url(path))).method(method,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return client.send((headers.length > 0 ? request.headers(headers) : request).build(), BodyHandlers.ofString());
    }
}

package dev.penstock.dataplane.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A receiver hears what happens to a stream of a real process, signed, while another one beside it hangs. */
class NotifyIT {
    @TempDir
    Path folder;

    @Test
    void shouldTellOfSourcesRecordingsAndHeartbeats() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/hang", exchange -> heard.add("hangs"));
        receiver.createContext("/hook", exchange -> {
            heard.add(exchange.getRequestHeaders().getFirst("webhook-signature") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        String base = "http://127.0.0.1:" + receiver.getAddress().getPort();
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Path clip = folder.resolve("clip.ts");
        assertThat(PenstockProcess.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "30", "-c:v",
                "libopenh264", "-b:v", "300k", "-g", "25", "-pix_fmt", "yuv420p", "-f", "mpegts", clip.toString()))
                .doesNotContain("exit");
        Files.writeString(resources.resolve("secret.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: hook}
                stringData: {token: s3cret}
                """);
        Path recording = resources.resolve("recording.yaml");
        String record = """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: archive}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: Recording
                metadata: {name: rec}
                spec: {streamRef: {name: cam}, storeRef: {name: local}, stop: %s}
                """;
        Files.writeString(recording, record.formatted(false));
        Path stream = resources.resolve("cam.yaml");
        Files.writeString(stream, """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  notify:
                    - {url: "%s/hang"}
                    - {url: "%s/hook", secretRef: {name: hook}, heartbeat: 1s}
                """.formatted(clip, base, base));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            await(heard, "\"type\":\"dev.penstock.SourceUp\"");
            await(heard, "\"type\":\"dev.penstock.RecordingStarted\"");
            await(heard, "\"type\":\"dev.penstock.Heartbeat\"");
            Files.writeString(recording, record.formatted(true));
            await(heard, "\"type\":\"dev.penstock.RecordingFinalized\"");
            Files.delete(stream);
            await(heard, "\"type\":\"dev.penstock.SourceDown\"");
            assertThat(heard).contains("hangs").filteredOn(line -> !line.equals("hangs"))
                    .allMatch(line -> line.startsWith("v1,") && line.contains("\"subject\":\"default/cam\""));
            assertThat(penstock.text("/metrics")).contains("penstock_notify_events_total{outcome=\"delivered\"}");
            assertThat(penstock.log()).doesNotContain("s3cret");
        } finally {
            receiver.stop(0);
        }
    }

    private static void await(List<String> heard, String what) {
        PenstockProcess.await(what + " in " + heard, Duration.ofSeconds(40),
                () -> heard.stream().anyMatch(line -> line.contains(what)));
    }
}

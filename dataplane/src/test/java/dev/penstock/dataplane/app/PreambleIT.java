package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code spec.http.preamble}, on the process that a user starts. */
class PreambleIT {
    private static final int PACKET = 188;

    @TempDir
    Path folder;

    @Test
    void shouldSendTheFileBeforeTheStream() throws Exception {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Path data = Files.createDirectories(folder.resolve("data"));
        // Longer than what a connection may have waiting: nothing of it may get stuck.
        byte[] file = new byte[PACKET * 5_000];
        for (int at = 0; at < file.length; at += PACKET) {
            Arrays.fill(file, at, at + PACKET, (byte) (at / PACKET));
            file[at] = 0x47;
            file[at + 1] = 0x1F;
            file[at + 2] = (byte) 0xFF;
            file[at + 3] = 0x10;
        }
        Path stored = Files.createDirectories(data.resolve("store/files")).resolve("intro.ts");
        Files.write(stored, file);
        Files.writeString(resources.resolve("cam.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  http: {preamble: {storeRef: {name: local}, path: intro.ts}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: files}}
                """.formatted(Clips.file()));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("the preamble",
                    () -> Arrays.equals(begin(penstock, PACKET), Arrays.copyOf(file, PACKET)));
            byte[] seen = begin(penstock, file.length + PACKET);
            assertThat(Arrays.copyOf(seen, file.length)).isEqualTo(file);
            assertThat(Arrays.copyOfRange(seen, file.length, file.length + 3)).as("then the tables of the stream")
                    .isEqualTo(new byte[]{0x47, 0x40, 0});
            assertThat(PenstockProcess.ffmpeg("-xerror", "-t", "3", "-i",
                    penstock.url("/live/default/cam/stream.ts"), "-f", "null", "-")).isEmpty();
            Files.write(stored, new byte[]{1, 2, 3});
            Files.writeString(resources.resolve("cam.yaml"), Files.readString(resources.resolve("cam.yaml"))
                    .replace("path: intro.ts", "path: missing.ts"));
            PenstockProcess.await("a problem",
                    () -> penstock.text("/api/v1/problems").contains("spec.http.preamble.path"));
            assertThat(begin(penstock, 3)).as("without it").isEqualTo(new byte[]{0x47, 0x40, 0});
        }
    }

    private static byte[] begin(PenstockProcess penstock, int bytes) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(URI.create(penstock.url("/live/default/cam/stream.ts"))).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                return in.readNBytes(bytes);
            } finally {
                client.shutdownNow();
            }
        } catch (IOException e) {
            return new byte[0];
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

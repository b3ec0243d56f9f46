package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What viewers see before a source comes, while it is away, and that they stay all the time. */
class SlateIT {
    @TempDir
    Path folder;
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws Exception {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
        Path slates = Files.createDirectories(data.resolve("store/archive/slates"));
        assertThat(PenstockProcess.ffmpeg("-f", "lavfi", "-i", "smptebars=size=640x480", "-frames:v", "1",
                slates.resolve("back-soon.png").toString())).isEmpty();
        assertThat(PenstockProcess.ffmpeg("-f", "lavfi", "-i", "testsrc=size=400x300:rate=30", "-t", "2", "-c:v",
                "libopenh264", slates.resolve("clip.mp4").toString())).isEmpty();
        Files.writeString(slates.resolve("text.png"), "not a picture");
        Files.writeString(resources.resolve("store.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: archive}}
                """);
    }

    @Test
    void shouldShowTheSlateWhileNoSourceIsThere() throws Exception {
        try (TestCamera camera = new TestCamera(Clips.minute(), Duration.ofSeconds(60))) {
            camera.kill();
            write(camera, "back-soon.png");
            try (PenstockProcess penstock = PenstockProcess.run(resources, data);
                    HttpClient client = HttpClient.newHttpClient()) {
                Path saved = folder.resolve("viewer.ts");
                try (TsWatcher viewer = new TsWatcher(client, penstock.url("/live/default/cam/stream.ts"), saved)) {
                    PenstockProcess.await("the slate", () -> viewer.packets() > 100);
                    assertThat(PenstockProcess.ffmpeg("-xerror", "-t", "3", "-i",
                            penstock.url("/live/default/cam/stream.ts"), "-f", "null", "-")).isEmpty();
                    assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("RESOLUTION=1280x720");
                    // More than a pass of the clip.
                    PenstockProcess.await("the loop",
                            () -> penstock.text("/live/default/cam/media.m3u8").lines().filter(l -> l.endsWith(".ts"))
                                    .count() >= 5);
                    assertThat(penstock.text("/live/default/cam/media.m3u8")).doesNotContain("DISCONTINUITY\n");

                    camera.revive();
                    PenstockProcess.await("the source",
                            () -> penstock.text("/live/default/cam/index.m3u8").contains("RESOLUTION=320x180"));
                    camera.kill();
                    long packets = viewer.packets();
                    PenstockProcess.await("the slate again, in the source's size",
                            () -> viewer.packets() > packets + 300);
                    write(camera, "clip.mp4");
                    long before = viewer.packets();
                    PenstockProcess.await("another slate",
                            () -> viewer.packets() > before + 300);
                    assertThat(viewer.end()).isNull();
                }
                assertThat(PenstockProcess.ffmpeg("-i", saved.toString(), "-c", "copy", "-f", "null", "-"))
                        .doesNotContainIgnoringCase("monoton", "exit ");
                assertThat(PenstockProcess.ffmpeg("-i", saved.toString(), "-f", "null", "-")).doesNotContain("exit ");

                write(camera, "text.png");
                PenstockProcess.await("the problem",
                        () -> penstock.text("/api/v1/problems").contains("spec.fallback.slate.path"));
                write(camera, "missing.png");
                PenstockProcess.await("the problem",
                        () -> penstock.text("/api/v1/problems").contains("no such object"));
            }
        }
    }

    private void write(TestCamera camera, String slate) throws IOException {
        Path staged = Files.writeString(folder.resolve("cam.tmp"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "%s"}]}}
                  fallback: {slate: {storeRef: {name: local}, path: slates/%s}}
                """.formatted(camera.url(), slate));
        Files.move(staged, resources.resolve("cam.yaml"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

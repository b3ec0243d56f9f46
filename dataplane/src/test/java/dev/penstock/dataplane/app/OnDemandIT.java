package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** A source that is connected only while somebody wants it, and one that is not to be connected at all. */
class OnDemandIT {
    @TempDir
    Path folder;
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
    }

    @Test
    @Execution(CONCURRENT)
    void shouldConnectForViewersAndLeaveAfterThem() throws Exception {
        try (TestCamera camera = new TestCamera(Clips.minute(), Duration.ofSeconds(60))) {
            write(camera, "onDemand: {enabled: true, linger: 2s}");
            try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
                PenstockProcess.await("the stream is idle",
                        () -> penstock.text("/api/v1/streams").contains("\"Offline\""));
                assertThat(camera.connects()).isZero();

                assertThat(PenstockProcess.ffmpeg("-xerror", "-t", "2", "-i",
                        penstock.url("/live/default/cam/stream.ts"), "-f", "null", "-")).isEmpty();
                assertThat(camera.connects()).isOne();
                PenstockProcess.await("the source is left", () -> camera.peers() == 0);

                assertThat(penstock.text("/live/default/cam/media.m3u8")).contains(".ts");
                assertThat(camera.connects()).isEqualTo(2);
                PenstockProcess.await("the source is left again", () -> camera.peers() == 0);
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldConnectOnceBeforehandWhenAskedTo() throws Exception {
        try (TestCamera camera = new TestCamera(Clips.minute(), Duration.ofSeconds(60))) {
            write(camera, "onDemand: {enabled: true, linger: 4s, prewarm: true}");
            try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
                PenstockProcess.await("the codecs are known",
                        () -> penstock.text("/api/v1/streams").contains("avc1."));
                PenstockProcess.await("the source is left", () -> camera.peers() == 0);
                assertThat(camera.connects()).isOne();
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldSayThatAStreamIsOffTheAir() throws Exception {
        try (TestCamera camera = new TestCamera(Clips.minute(), Duration.ofSeconds(60))) {
            write(camera, "offline: false");
            try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
                assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("#EXTM3U");
                write(camera, "offline: true");
                PenstockProcess.await("off the air",
                        () -> penstock.status("/live/default/cam/stream.ts") == 503);
                assertThat(penstock.status("/live/default/cam/index.m3u8")).isEqualTo(503);
                assertThat(penstock.text("/api/v1/streams")).contains("\"Offline\"",
                        "off the air (spec.offline: true)");
                assertThat(camera.peers()).isZero();
                write(camera, "offline: false");
                PenstockProcess.await("on the air",
                        () -> penstock.status("/live/default/cam/index.m3u8") == 200);
            }
        }
    }

    private void write(TestCamera camera, String more) throws IOException {
        Path staged = Files.writeString(folder.resolve("cam.tmp"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "%s"}]}}
                  %s
                """.formatted(camera.url(), more));
        Files.move(staged, resources.resolve("cam.yaml"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

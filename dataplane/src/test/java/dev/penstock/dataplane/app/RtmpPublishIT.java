package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** RTMP from an encoder to a viewer of a process of its own, with FFmpeg on both ends. */
class RtmpPublishIT {
    private static final Pattern LISTENS = Pattern.compile("RTMP server listens.*?:(\\d+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;
    private PenstockProcess penstock;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Files.writeString(resources.resolve("a.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {key: right}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec: {source: {push: {keySecretRef: {name: keys}}}}
                """);
        penstock = PenstockProcess.run(resources, Files.createDirectories(folder.resolve("data")));
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(Process::destroyForcibly);
        penstock.close();
    }

    private String url(String key) {
        Matcher port = LISTENS.matcher(penstock.log());
        assertThat(port.find()).isTrue();
        return "rtmp://127.0.0.1:" + port.group(1) + "/live/default/cam?key=" + key;
    }

    /** An encoder that publishes a test picture and a tone in real time. */
    private Process publish(int seconds, String key) throws IOException {
        return run("-re", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=48000", "-t", Integer.toString(seconds), "-c:v", "libopenh264", "-b:v",
                "300k", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv", url(key));
    }

    private Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments));
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("encoder-" + started.size() + ".log").toFile()).start();
        started.add(process);
        return process;
    }

    private String said(int encoder) throws IOException {
        return Files.readString(folder.resolve("encoder-" + encoder + ".log"), StandardCharsets.UTF_8);
    }

    private CompletableFuture<HttpResponse<Path>> view(String name) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(penstock.url("/live/default/cam/stream.ts"))).build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofFile(folder.resolve(name)));
    }

    /** As a user ends it: it says goodbye. */
    private static void end(Process encoder) throws InterruptedException {
        encoder.destroy();
        assertThat(encoder.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Tries again while the one before still counts as alive. */
    private Process publishUntilLetIn(int seconds) throws IOException {
        long before = PenstockProcess.count(penstock.log(), "Publisher let in");
        Process[] last = {publish(seconds, "right")};
        PenstockProcess.await("let in", () -> {
            try {
                if (PenstockProcess.count(penstock.log(), "Publisher let in") > before) {
                    return true;
                }
                if (!last[0].isAlive()) {
                    last[0] = publish(seconds, "right");
                }
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return last[0];
    }

    /** Waits until the viewer has more pictures than these; the last may still be cut. */
    private void awaitFrames(int count) {
        PenstockProcess.await("more than " + count + " pictures", () -> {
            try {
                return PenstockProcess
                        .ffmpeg("-i", folder.resolve("viewer.ts").toString(), "-map", "0:v", "-f", "framemd5", "-")
                        .lines().filter(line -> line.startsWith("0,")).count() > count;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void assertClean(Path file) throws Exception {
        assertThat(PenstockProcess.ffmpeg("-xerror", "-i", file.toString(), "-f", "null", "-")).isEmpty();
    }

    private static void awaitSize(Path file, long bytes) {
        PenstockProcess.await(file + " with " + bytes + " bytes",
                () -> file.toFile().length() > bytes);
    }

    @Test
    @Execution(CONCURRENT)
    void shouldGoOnForAViewerWhenThePublisherIsGoneAndBack() throws Exception {
        Process first = publish(300, "right");
        PenstockProcess.await("the stream", () -> penstock.log().contains("Source connected"));
        CompletableFuture<HttpResponse<Path>> viewer = view("viewer.ts");
        awaitSize(folder.resolve("viewer.ts"), 50_000);
        Process second = publish(1, "right");
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said(1)).contains("another publisher is on the air");
        awaitFrames(75);
        end(first);
        assertThat(said(0)).isEmpty();
        assertThat(viewer).isNotDone();

        Process back = publishUntilLetIn(300);
        awaitFrames(200);
        end(back);
        assertThat(viewer).isNotDone();
        penstock.stop();
        viewer.handle((answer, failure) -> 0).get(60, TimeUnit.SECONDS);
        assertClean(folder.resolve("viewer.ts"));
    }

    @Test
    @Execution(CONCURRENT)
    void shouldRefuseAWrongKeyQuicklyAndReplaceAPublisherThatHangs() throws Exception {
        long start = System.nanoTime();
        Process wrong = publish(5, "wrong");
        assertThat(wrong.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong.exitValue()).isNotZero();
        assertThat(said(0)).contains("there is none that takes this key");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));

        Process hangs = publish(60, "right");
        PenstockProcess.await("the stream", () -> penstock.log().contains("Source connected"));
        // Its connection stays, and nothing comes any more: so does a camera whose network is gone.
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(hangs.pid())).start().waitFor()).isZero();
        Process next = publishUntilLetIn(10);
        CompletableFuture<HttpResponse<Path>> viewer = view("viewer.ts");
        awaitSize(folder.resolve("viewer.ts"), 50_000);
        assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said(started.size() - 1)).isEmpty();
        assertThat(next.exitValue()).isZero();
        penstock.stop();
        viewer.handle((answer, failure) -> 0).get(60, TimeUnit.SECONDS);
        assertClean(folder.resolve("viewer.ts"));
        assertThat(penstock.log()).doesNotContain("right").doesNotContain("wrong");
    }

    @Test
    @Execution(CONCURRENT)
    void shouldPlayHevcByEnhancedRtmp() throws Exception {
        Path file = folder.resolve("h265.ts");
        try (InputStream in = RtmpPublishIT.class.getResourceAsStream("/media/h265-ac3.ts")) {
            Files.copy(in, file);
        }
        Process encoder = run("-re", "-stream_loop", "-1", "-i", file.toString(), "-c", "copy", "-an", "-f",
                "flv",
                url("right"));
        PenstockProcess.await("the stream", () -> penstock.log().contains("Source connected"));
        CompletableFuture<HttpResponse<Path>> viewer = view("viewer.ts");
        awaitFrames(100);
        end(encoder);
        assertThat(said(0)).isEmpty();
        penstock.stop();
        viewer.handle((answer, failure) -> 0).get(60, TimeUnit.SECONDS);
        assertThat(
                PenstockProcess.ffmpeg("-v", "info", "-i", folder.resolve("viewer.ts").toString(), "-f", "null", "-"))
                .contains("Video: hevc");
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** RTMP pulled from nginx-rtmp, which FFmpeg publishes to. */
class RtmpPullIT {
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so");

    @TempDir
    private Path folder;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    private int origin() throws IOException {
        assertThat(MODULE)
                .as("nginx-rtmp. Install: sudo apt-get install -y --no-install-recommends nginx libnginx-mod-rtmp")
                .exists();
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                load_module %2$s;
                events {}
                rtmp { server { listen 127.0.0.1:%3$d; application live { live on; } } }
                """.formatted(folder, MODULE, port));
        started.add(new ProcessBuilder("/usr/sbin/nginx", "-c", configuration.toString()).inheritIO().start());
        return port;
    }

    private Process publish(String url, int seconds) throws IOException {
        Process process = FfmpegPrograms
                .process(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-re", "-f",
                        "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
                        "sine=frequency=440:sample_rate=48000",
                        "-t", Integer.toString(seconds), "-c:v", "libopenh264", "-b:v", "300k", "-g", "25", "-pix_fmt",
                        "yuv420p",
                        "-c:a", "aac", "-f", "flv", url))
                .inheritIO().start();
        started.add(process);
        return process;
    }

    @Test
    void shouldPlayWhatAnotherServerHasAndComeBackWhenItDoes() throws Exception {
        String url = "rtmp://127.0.0.1:" + origin() + "/live/cam";
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Files.writeString(resources.resolve("a.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec: {source: {pull: {stallTimeout: 3s, urls: [{url: "%s"}]}}}
                """.formatted(url));
        try (PenstockProcess penstock = PenstockProcess.run(resources,
                Files.createDirectories(folder.resolve("data")))) {
            Process first = publish(url, 6);
            PenstockProcess.await("the stream",
                    () -> penstock.log().contains("Source connected"));
            Path got = folder.resolve("viewer.ts");
            CompletableFuture<HttpResponse<Path>> viewer = HttpClient.newHttpClient().sendAsync(
                    HttpRequest.newBuilder(URI.create(penstock.url("/live/default/cam/stream.ts"))).build(),
                    HttpResponse.BodyHandlers.ofFile(got));
            assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
            PenstockProcess.await("the end", () -> penstock.log().contains("Source ended"));
            long before = Files.size(got);
            Process second = publish(url, 12);
            PenstockProcess.await("the stream again",
                    () -> got.toFile().length() > before + 50_000);
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(viewer).isNotDone();
            penstock.stop();
            viewer.handle((answer, failure) -> 0).get(10, TimeUnit.SECONDS);
            assertThat(PenstockProcess.ffmpeg("-xerror", "-i", got.toString(), "-f", "null", "-")).isEmpty();
            assertThat(PenstockProcess.ffmpeg("-v", "info", "-i", got.toString(), "-f", "null", "-")).contains(
                    "Video: h264",
                    "Audio: aac");
        }
    }
}

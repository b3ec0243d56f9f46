package dev.penstock.dataplane.app;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** Posters of live streams, of a process that a user starts. */
class PosterIT {
    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldShowTheNewestKeyframe() throws Exception {
        Path clip = Files.write(folder.resolve("clip.ts"), Clips.minute());
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(resources.resolve("streams.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "file:%1$s", loop: true}]}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: lazy}
                spec:
                  onDemand: {enabled: true}
                  source: {pull: {urls: [{url: "file:%1$s", loop: true}]}}
                """.formatted(clip));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            for (String stream : new String[]{"cam", "lazy"}) {
                HttpResponse<byte[]> first = get(penstock.url("/live/default/" + stream + "/poster.jpg"));
                assertThat(first.statusCode()).isIn(200, 503);
                if (first.statusCode() == 503) {
                    assertThat(first.headers().firstValue("Retry-After")).hasValue("1");
                }
                PenstockProcess.await("a poster of " + stream,
                        () -> penstock.status("/live/default/" + stream + "/poster.jpg") == 200);
            }
            HttpResponse<byte[]> whole = get(penstock.url("/live/default/cam/poster.jpg"));
            assertThat(whole.headers().firstValue("Content-Type")).hasValue("image/jpeg");
            assertThat(whole.headers().firstValue("Cache-Control")).hasValue("max-age=5");
            assertThat(size(whole.body())).isEqualTo("mjpeg,320,180");
            assertThat(size(get(penstock.url("/live/default/cam/poster.jpg?w=160")).body())).isEqualTo("mjpeg,160,90");
            assertThat(penstock.status("/live/default/cam/poster.jpg?w=5")).isEqualTo(400);
            assertThat(penstock.status("/live/default/none/poster.jpg")).isEqualTo(404);

            HttpResponse<byte[]> head = http.send(HttpRequest.newBuilder(whole.uri()).HEAD().build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            HttpResponse<byte[]> same = http.send(
                    HttpRequest.newBuilder(whole.uri())
                            .header("If-None-Match", head.headers().firstValue("ETag").orElseThrow()).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(same.statusCode()).isIn(200, 304);
        }
    }

    private HttpResponse<byte[]> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String size(byte[] jpeg) throws Exception {
        Path file = Files.write(folder.resolve("poster.jpg"), jpeg);
        Process ffprobe = FfmpegPrograms.process(java.util.List.of("ffprobe", "-v", "error", "-show_entries",
                "stream=codec_name,width,height", "-of", "csv=p=0", file.toString())).redirectErrorStream(true)
                .start();
        String said = new String(ffprobe.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(ffprobe.waitFor()).as(said).isZero();
        return said.strip();
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** FFmpeg publishes by HTTP to the process that a user starts, leaves, comes back; FFmpeg plays all the while. */
class PushIT {
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern SEQUENCE = Pattern.compile("#EXT-X-MEDIA-SEQUENCE:(\\d+)");

    @TempDir
    static Path shared;
    private static Path clip;

    @TempDir
    Path folder;
    private PenstockProcess penstock;
    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void makeClip() throws Exception {
        clip = shared.resolve("clip.ts");
        assertThat(PenstockProcess.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=880:sample_rate=48000", "-t", "30", "-c:v", "libopenh264", "-b:v", "300k", "-g", "25",
                "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mpegts", clip.toString())).doesNotContain("exit");
    }

    @BeforeEach
    void start() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Files.writeString(resources.resolve("stream.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {a: first, b: second}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {push: {keySecretRef: {name: keys}}}
                  reconnectWindow: 6s
                  segment: {target: 1s, max: 2s, window: 40s}
                """);
        penstock = PenstockProcess.run(resources, Files.createDirectories(folder.resolve("data")));
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        penstock.close();
    }

    @Test
    void shouldKeepViewersWhenThePublisherIsKilledAndComesBack() throws Exception {
        Process first = publish("first");
        awaitSegments(2);
        CompletableFuture<String> viewer = CompletableFuture.supplyAsync(() -> play("stream.ts", "11"));
        CompletableFuture<String> hls = CompletableFuture.supplyAsync(() -> play("index.m3u8", "12"));
        PenstockProcess.await("both watch", Duration.ofSeconds(20),
                () -> penstock.text("/api/v1/streams").contains("\"viewers\":2"));
        first.destroyForcibly().waitFor();
        PenstockProcess.await("the publisher is missed", Duration.ofSeconds(5),
                () -> penstock.log().contains("Publisher left"));
        String before = penstock.text("/live/default/cam/media.m3u8");
        publish("second");
        assertThat(viewer.join()).as("stream.ts").isEmpty();
        assertThat(hls.join()).as("HLS").isEmpty();
        String after = penstock.text("/live/default/cam/media.m3u8");
        assertThat(after.split("#EXT-X-DISCONTINUITY\n", -1)).as("one discontinuity in\n" + after).hasSize(2);
        assertThat(sequence(after)).as("the window has not slid").isEqualTo(sequence(before));
        assertThat(after).doesNotContain("ENDLIST");
        assertThat(penstock.text("/api/v1/streams")).contains("\"protocol\":\"http\"", "\"remote\":\"127.0.0.1\"");
    }

    @Test
    void shouldEndWhenNobodyComesBackAndBeginAgain() throws Exception {
        Process first = publish("first");
        awaitSegments(3);
        CompletableFuture<byte[]> viewer = HTTP
                .sendAsync(HttpRequest.newBuilder(URI.create(penstock.url("/live/default/cam/stream.ts"))).build(),
                        BodyHandlers.ofByteArray())
                .thenApply(HttpResponse::body);
        first.destroy();
        first.waitFor();
        assertThat(viewer.orTimeout(20, TimeUnit.SECONDS).join().length % 188).as("let go at the end of the window")
                .isZero();
        String ended = penstock.text("/live/default/cam/media.m3u8");
        assertThat(ended).contains("#EXT-X-ENDLIST");
        assertThat(play("index.m3u8", "60")).as("what was there plays to its end").isEmpty();
        publish("first");
        awaitSegments(2);
        String again = penstock.text("/live/default/cam/media.m3u8");
        assertThat(again).doesNotContain("ENDLIST");
        assertThat(sequence(again)).isGreaterThan(sequence(ended));
    }

    @Test
    void shouldTurnAwayWhoMayNotPublish() throws Exception {
        byte[] media = Files.readAllBytes(clip);
        assertThat(post("/publish/default/cam", media)).startsWith("401").contains("expected: ?key=");
        assertThat(post("/publish/default/cam?key=guessed", media)).startsWith("403").doesNotContain("guessed");
        assertThat(post("/publish/default/nothing?key=guessed", media)).startsWith("403");
        assertThat(penstock.status("/publish/default/cam")).isEqualTo(405);
        publish("first");
        awaitSegments(1);
        assertThat(post("/publish/default/cam?key=second", media)).startsWith("409").contains("another publisher");
        assertThat(penstock.log()).contains("Publisher turned away").doesNotContain("guessed");
    }

    @Test
    void shouldBoundBadPublishers() throws Exception {
        byte[] garbage = new byte[3 << 20];
        new Random(1).nextBytes(garbage);
        assertThat(post("/publish/default/cam?key=first", garbage)).startsWith("409")
                .contains("no transport stream");
        try (Socket silent = new Socket("127.0.0.1", URI.create(penstock.url("/")).getPort())) {
            OutputStream out = silent.getOutputStream();
            out.write(("POST /publish/default/cam?key=first HTTP/1.1\r\nHost: x\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            PenstockProcess.await("the silent one is in", Duration.ofSeconds(10),
                    () -> PenstockProcess.count(penstock.log(), "Publisher let in") == 2);
            // Media of somebody else comes while the silent one waits.
            publishUntilLetIn("second");
            awaitSegments(2);
            String answer = new String(silent.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).contains("409 Conflict", "silent, and replaced by another publisher");
        }
        assertThat(penstock.log()).contains("no transport stream: ", "silent, and replaced by another publisher");
    }

    @Test
    void shouldPlaySegmentsThatAreUploadedOneByOne() throws Exception {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        assertThat(PenstockProcess.ffmpeg("-i", clip.toString(), "-t", "10", "-c", "copy", "-f", "segment",
                "-segment_time", "1", "-segment_format", "mpegts", parts.resolve("%d.ts").toString())).isEmpty();
        assertThat(put(0, parts)).startsWith("200").contains("taken");
        assertThat(put(1, parts)).startsWith("200").contains("taken");
        assertThat(put(1, parts)).startsWith("200").contains("ignored");
        assertThat(put(3, parts)).startsWith("200").contains("waits");
        for (int i : new int[]{2, 4, 5, 6, 8, 9}) {
            assertThat(put(i, parts)).startsWith("200");
        }
        PenstockProcess.await("the gap is played over", Duration.ofSeconds(10),
                () -> penstock.text("/live/default/cam/media.m3u8").contains("#EXT-X-DISCONTINUITY\n"));
        assertThat(play("index.m3u8", "5")).isEmpty();
        assertThat(put(-1, parts)).startsWith("404");
    }

    @Test
    void shouldTakeTheUploadOfAnHlsEncoder() throws Exception {
        String url = penstock.url("/publish/default/cam/");
        Process encoder = ffmpeg("-re", "-stream_loop", "-1", "-i", clip.toString(), "-c", "copy", "-f", "hls",
                "-hls_time", "1", "-method", "PUT", "-http_persistent", "1", "-hls_segment_filename",
                url + "seg%d.ts?key=first", url + "index.m3u8?key=first");
        awaitSegments(2);
        assertThat(play("stream.ts", "5")).isEmpty();
        assertThat(encoder.isAlive()).isTrue();
        assertThat(penstock.text("/live/default/cam/media.m3u8")).doesNotContain("#EXT-X-DISCONTINUITY\n");
    }

    @Test
    void shouldPlayFragmentedMp4() throws Exception {
        ffmpeg("-re", "-stream_loop", "-1", "-i", clip.toString(), "-c", "copy", "-bsf:a", "aac_adtstoasc", "-f", "mp4",
                "-movflags", "frag_keyframe+delay_moov+default_base_moof", "-method", "POST",
                penstock.url("/publish/default/cam?key=first"));
        CompletableFuture<String> viewer = CompletableFuture.supplyAsync(() -> play("stream.ts", "6"));
        awaitSegments(3);
        assertThat(play("index.m3u8", "6")).isEmpty();
        assertThat(viewer.join()).isEmpty();
        assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("CODECS=\"avc1.", "mp4a.40.2",
                "RESOLUTION=320x180");
        assertThat(post("/publish/default/cam?key=first", "....moov is not here".getBytes(StandardCharsets.US_ASCII)))
                .startsWith("409");
    }

    @Test
    void shouldSayWhyAnMp4CannotBeRead() throws Exception {
        Path plain = folder.resolve("plain.mp4");
        assertThat(PenstockProcess.ffmpeg("-i", clip.toString(), "-t", "2", "-c", "copy", "-bsf:a", "aac_adtstoasc",
                "-movflags", "faststart", plain.toString())).isEmpty();
        assertThat(post("/publish/default/cam?key=first", Files.readAllBytes(plain))).startsWith("415")
                .contains("the MP4 is not fragmented");
        assertThat(penstock.log()).contains("Publisher left", "the MP4 is not fragmented");
    }

    private Process publish(String key) {
        return ffmpeg("-re", "-stream_loop", "-1", "-i", clip.toString(), "-c", "copy", "-f", "mpegts", "-method",
                "POST", penstock.url("/publish/default/cam?key=" + key));
    }

    /** Tries again while the one before still counts as alive. */
    private void publishUntilLetIn(String key) {
        long before = PenstockProcess.count(penstock.log(), "Publisher let in");
        Process[] last = {publish(key)};
        PenstockProcess.await("let in", Duration.ofSeconds(20), () -> {
            if (PenstockProcess.count(penstock.log(), "Publisher let in") > before) {
                return true;
            }
            if (!last[0].isAlive()) {
                last[0] = publish(key);
            }
            return false;
        });
    }

    private Process ffmpeg(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments));
        try {
            Process process = FfmpegPrograms.process(command).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("publisher" + started.size() + ".log").toFile()).start();
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String play(String what, String seconds) {
        try {
            return PenstockProcess.ffmpeg("-xerror", "-t", seconds, "-i", penstock.url("/live/default/cam/" + what),
                    "-f", "null", "-");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitSegments(int count) {
        PenstockProcess.await(count + " segments; " + publishers(), Duration.ofSeconds(25), () -> {
            String playlist = penstock.text("/live/default/cam/media.m3u8");
            return playlist.lines().filter(line -> line.endsWith(".ts")).count() >= count
                    && !playlist.contains("ENDLIST");
        });
    }

    private String publishers() {
        try (Stream<Path> logs = Files.list(folder)) {
            StringBuilder all = new StringBuilder();
            for (Path log : logs.filter(f -> f.toString().endsWith(".log")).toList()) {
                all.append(Files.readString(log));
            }
            return all.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long sequence(String playlist) {
        Matcher matcher = SEQUENCE.matcher(playlist);
        assertThat(matcher.find()).as(playlist).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private String put(int segment, Path parts) throws Exception {
        if (segment < 0) {
            return send("/publish/default/cam/none.ts?key=first", "PUT", new byte[0]);
        }
        return send("/publish/default/cam/" + segment + ".ts?key=first", "PUT",
                Files.readAllBytes(parts.resolve(segment + ".ts")));
    }

    private String post(String path, byte[] body) throws Exception {
        return send(path, "POST", body);
    }

    /** Status and body. */
    private String send(String path, String method, byte[] body) throws Exception {
        HttpResponse<String> answer = HTTP.send(HttpRequest.newBuilder(URI.create(penstock.url(path)))
                .expectContinue(true).method(method, BodyPublishers.ofByteArray(body)).build(),
                BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}

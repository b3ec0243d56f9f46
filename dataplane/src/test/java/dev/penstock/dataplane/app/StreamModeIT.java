package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Files as HLS and DASH, on the process that a user starts: what FFmpeg gets of them is what it gets of the file itself. */
class StreamModeIT {
    @TempDir
    Path folder;

    @Test
    void shouldPlayFilesAsTheyAre() throws Exception {
        Path media = Files.createDirectories(folder.resolve("data/store/media"));
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Path behind = copy(media, "progressive-bframes.mp4");
        Path hevc = copy(media, "progressive-hevc.mp4");
        Path front = media.resolve("front of all.mov");
        assertThat(PenstockProcess.ffmpeg("-i", behind.toString(), "-map", "0", "-c", "copy", "-movflags",
                "+faststart", front.toString())).doesNotContain("exit");
        Files.writeString(resources.resolve("pool.yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: MediaPool
                metadata: {name: files}
                spec:
                  modes: [Stream]
                  storages: [{name: media, path: %s}, {name: objects, storeRef: {name: local}}]
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: media}}
                """.formatted(media));
        try (PenstockProcess penstock = PenstockProcess.run(resources, folder.resolve("data"))) {
            PenstockProcess.await("the storage", Duration.ofSeconds(60),
                    () -> penstock.text(path("hls", "media", hevc) + "index.m3u8").contains("hvc1."));
            List<String> film = frames(behind.toString());
            assertThat(film).hasSize(250);
            assertThat(frames(penstock.url(path("hls", "media", behind) + "index.m3u8"))).isEqualTo(film);
            assertThat(frames(penstock.url(path("dash", "media", front) + "manifest.mpd"))).isEqualTo(film);
            assertThat(frames(penstock.url(path("hls", "objects", hevc) + "index.m3u8")))
                    .isEqualTo(frames(hevc.toString())).hasSize(200);
            shouldPlayFromAnySegment(penstock, behind, film);
            assertThat(penstock.text("/metrics")).contains("penstock_vod_opens_total 4.0");
        }
    }

    /** The second segment begins with the picture at 6 s, and needs nothing of the first. */
    private void shouldPlayFromAnySegment(PenstockProcess penstock, Path file, List<String> film) throws Exception {
        String path = path("hls", "media", file);
        List<String> names = penstock.text(path + "video.m3u8").lines().filter(line -> line.endsWith(".m4s")).toList();
        assertThat(names).hasSize(2);
        Path alone = folder.resolve("alone.mp4");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String name : List.of(names.getLast().replace("1.m4s", "init-0.mp4"), names.getLast())) {
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(URI.create(penstock.url(path + name))).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isEqualTo(200);
                Files.write(alone, answer.body(), StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        }
        assertThat(frames(alone.toString())).isEqualTo(film.subList(150, 250));
    }

    private static Path copy(Path media, String name) throws IOException {
        Path to = media.resolve(name);
        try (InputStream in = StreamModeIT.class.getResourceAsStream("/media/" + name)) {
            Files.copy(in, to);
        }
        return to;
    }

    private static String path(String way, String storage, Path file) {
        return "/" + way + "/" + storage + "/" + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(file.getFileName().toString().getBytes(StandardCharsets.UTF_8)) + "/";
    }

    /** Hashes of the decoded pictures. */
    private static List<String> frames(String input) throws IOException, InterruptedException {
        String text = PenstockProcess.ffmpeg("-xerror", "-i", input, "-map", "0:v", "-fps_mode", "passthrough", "-f",
                "framemd5", "-");
        TreeMap<String, List<String>> streams = new TreeMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(",");
            if (!line.startsWith("#") && parts.length == 6) {
                streams.computeIfAbsent(parts[0].strip(), stream -> new ArrayList<>()).add(parts[5].strip());
            }
        }
        assertThat(streams).as(text).isNotEmpty();
        return streams.values().stream().flatMap(List::stream).toList();
    }
}

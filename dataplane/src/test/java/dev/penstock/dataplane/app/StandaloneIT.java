package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** What the README promises, on the process that a user starts: it plays, records, survives and says what is wrong. */
class StandaloneIT {
    @TempDir
    Path folder;
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
        write("store.yaml", """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: archive}}
                """);
        write("recording.yaml", """
                apiVersion: penstock.dev/v1alpha1
                kind: Recording
                metadata: {name: cam}
                spec: {streamRef: {name: cam}, storeRef: {name: local}}
                """);
        writeStream("cam", "file:" + Clips.file());
    }

    @Test
    @Execution(CONCURRENT)
    void shouldPlayAndRecord() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("CODECS=\"avc1.", "mp4a.40.2",
                    "RESOLUTION=320x180");
            Map<String, CompletableFuture<String>> plays = new LinkedHashMap<>();
            plays.put("stream.ts", penstock.play("/live/default/cam/stream.ts", 6));
            plays.put("index.m3u8", penstock.play("/live/default/cam/index.m3u8", 6));
            plays.put("an alias of stream.ts", penstock.play("/pipe.ts", 2));
            plays.put("an alias of index.m3u8", penstock.play("/tv.m3u8", 2));
            plays.forEach((what, said) -> assertThat(said.join()).as(what).isEmpty());
            assertThat(penstock.status("/other.ts")).isEqualTo(404);
            assertThat(penstock.text("/recordings/default/cam/index.m3u8")).contains("#EXT-X-STREAM-INF");
            assertThat(penstock.status("/readyz")).isEqualTo(200);
            assertThat(penstock.text("/metrics")).contains("penstock_hub_received_bytes_total");
            assertThat(penstock.text("/")).contains("<title>");
            assertThat(penstock.stop()).as("exit status of SIGTERM").isIn(0, 143);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldLoseNoCompletedSegmentWhenKilled() throws Exception {
        try (PenstockProcess first = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("4 segments in the spool",
                    () -> segments(data.resolve("spool")).size() >= 4);
            first.kill();
        }
        List<String> completed = segments(data.resolve("spool"));
        try (PenstockProcess second = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("4 more segments",
                    () -> segments(data.resolve("spool")).size() >= completed.size() + 4);
            assertThat(second.status("/readyz")).isEqualTo(200);
            write("recording.yaml", """
                    apiVersion: penstock.dev/v1alpha1
                    kind: Recording
                    metadata: {name: cam}
                    spec: {streamRef: {name: cam}, storeRef: {name: local}, stop: true}
                    """);
            PenstockProcess.await("the end mark in the store",
                    () -> playlist().contains("#EXT-X-ENDLIST"));
        }
        String playlist = playlist();
        assertThat(playlist.lines().filter(l -> l.equals("#EXT-X-DISCONTINUITY"))).as(playlist).hasSize(1);
        List<String> listed = playlist.lines().filter(l -> l.endsWith(".ts")).toList();
        assertThat(listed).doesNotHaveDuplicates().containsAll(completed);
        assertThat(segments(data.resolve("store"))).containsExactlyInAnyOrderElementsOf(listed);
        Path master = find(data.resolve("store"), "master.m3u8");
        assertThat(PenstockProcess.ffmpeg("-xerror", "-i", master.toString(), "-f", "null", "-")).isEmpty();
    }

    @Test
    @Execution(CONCURRENT)
    void shouldSayWhatIsWrongAndServeTheRest() throws Exception {
        write("bad.yaml", """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: bad}
                spec:
                  source: {pull: {urls: [{url: "http://127.0.0.1:1/x.ts"}]}}
                  segment: {window: 2s}
                """);
        writeStream("unreachable", "tcp://127.0.0.1:1");
        write("full.yaml", """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: refusing}
                spec: {file: {path: /proc/penstock}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: Recording
                metadata: {name: refused}
                spec: {streamRef: {name: cam}, storeRef: {name: refusing}}
                """);
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            writeStream("missing", penstock.url("/nothing.ts"));
            assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("#EXTM3U");
            PenstockProcess.await("the bad window",
                    () -> penstock.text("/api/v1/problems").contains("bad.yaml"));
            assertThat(penstock.text("/api/v1/problems")).contains("spec.segment.window", "2s",
                    "three times segment.max");
            PenstockProcess.await("the refused connection",
                    () -> penstock.text("/api/v1/streams/default/unreachable").contains("refused"));
            PenstockProcess.await("the 404",
                    () -> penstock.text("/api/v1/streams/default/missing").contains("404"));
            PenstockProcess.await("the store's refusal",
                    () -> penstock.text("/api/v1/recordings").contains("/proc/penstock"));
            write("bad.yaml", "kind: [");
            assertThat(penstock.text("/live/default/cam/media.m3u8")).contains("#EXTINF");
            assertThat(penstock.play("/live/default/cam/stream.ts", 3).join()).isEmpty();
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldFollowChangesAndKeepViewers() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            assertThat(penstock.text("/live/default/cam/index.m3u8")).contains("#EXTM3U");
            writeStream("second", "file:" + Clips.file());
            PenstockProcess.await("the second stream",
                    () -> penstock.text("/live/default/second/index.m3u8").contains("#EXTM3U"));
            assertThat(penstock.text("/api/v1/problems")).contains("LiveStream default/second", "spec.http.aliases",
                    "/tv.m3u8", "belongs to LiveStream default/cam");
            Files.delete(resources.resolve("second.yaml"));
            PenstockProcess.await("its end",
                    () -> penstock.status("/live/default/second/index.m3u8") == 404);
            assertThat(penstock.text("/live/default/cam/media.m3u8")).contains("#EXTINF");
        }
    }

    private void writeStream(String name, String url) throws IOException {
        write(name + ".yaml", """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: %s}
                spec: {source: {pull: {urls: [{url: "%s"%s}]}}, http: {aliases: [/pipe.ts, /tv.m3u8]}}
                """.formatted(name, url, url.startsWith("file:") ? ", loop: true" : ""));
    }

    /** As an editor saves: a new file takes the place of the old one. */
    private void write(String name, String text) throws IOException {
        Path temporary = Files.writeString(folder.resolve(name + ".new"), text);
        Files.move(temporary, resources.resolve(name), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private String playlist() {
        try {
            Path playlist = find(data.resolve("store"), "media.m3u8");
            return Files.readString(playlist);
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> segments(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("[0-9]{12}-.*\\.ts"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static Path find(Path root, String name) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().equals(name)).findFirst()
                    .orElseThrow(() -> new IOException(name + " is not there yet"));
        }
    }
}

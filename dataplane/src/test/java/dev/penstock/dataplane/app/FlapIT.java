package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sources that are killed, fall silent and send garbage, one after the other. Nobody who watches or records may be disconnected. The
 * system properties {@code penstock.flaps}, {@code penstock.flap.millis} and {@code penstock.viewers} make it longer: 100, 3000 and 50
 * are five minutes.
 */
class FlapIT {
    private static final int FLAPS = Integer.getInteger("penstock.flaps", 9);
    private static final long FLAP_MILLIS = Long.getLong("penstock.flap.millis", 2500);
    private static final int VIEWERS = Integer.getInteger("penstock.viewers", 5);

    @TempDir
    Path folder;
    private Path resources;
    private Path data;
    /** Segments of HLS by sequence, with whether a discontinuity stands before them. */
    private final Map<Long, Boolean> segments = new TreeMap<>();

    @BeforeEach
    void makeFolders() throws IOException {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
    }

    @Test
    void shouldKeepViewersAndRecordingThroughFlaps() throws Exception {
        try (TestCamera first = new TestCamera(Clips.minute(), Duration.ofSeconds(60));
                TestCamera second = new TestCamera(Clips.otherMinute(), Duration.ofSeconds(60))) {
            write("cam", stream(first, second, "failBackAfter: 1s"));
            write("recording", recording(false));
            try (PenstockProcess penstock = PenstockProcess.run(resources, data);
                    HttpClient client = HttpClient.newHttpClient()) {
                PenstockProcess.await("the first segment",
                        () -> penstock.status("/live/default/cam/index.m3u8") == 200);
                List<TsWatcher> viewers = new ArrayList<>();
                Path saved = folder.resolve("viewer.ts");
                for (int i = 0; i < VIEWERS; i++) {
                    viewers.add(new TsWatcher(client, penstock.url("/live/default/cam/stream.ts"),
                            i == 0 ? saved : null));
                }
                for (int flap = 0; flap < FLAPS; flap++) {
                    flap(flap, isInUse(penstock, first) ? first : second, penstock);
                }
                watchHls(penstock, 4000);

                assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.end()).isNull());
                long packets = viewers.getFirst().packets();
                PenstockProcess.await("media still flows",
                        () -> viewers.getFirst().packets() > packets + 100);
                for (TsWatcher viewer : viewers) {
                    viewer.close();
                }
                checkMedia(saved.toString());
                checkHls(penstock);
                checkRecording();
            }
        }
    }

    private static boolean isInUse(PenstockProcess penstock, TestCamera camera) {
        return Pattern.compile("\"remote\"\\s*:\\s*\"" + Pattern.quote(camera.url()) + "\"")
                .matcher(penstock.text("/api/v1/streams")).find();
    }

    /** Makes the camera in use fail for half of the time, in one of three ways. */
    private void flap(int number, TestCamera camera, PenstockProcess penstock) throws IOException {
        switch (number % 3) {
            case 0 -> camera.kill();
            case 1 -> camera.mood(TestCamera.Mood.SILENT);
            default -> camera.mood(TestCamera.Mood.GARBAGE);
        }
        watchHls(penstock, Math.max(1500, FLAP_MILLIS / 2));
        if (number % 3 == 0) {
            camera.revive();
        }
        camera.mood(TestCamera.Mood.GOOD);
        watchHls(penstock, FLAP_MILLIS - Math.max(1500, FLAP_MILLIS / 2));
    }

    /** Lets time pass, as a player does: by asking for the playlist. */
    private void watchHls(PenstockProcess penstock, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            boolean discontinuity = false;
            for (String line : penstock.text("/live/default/cam/media.m3u8").lines().toList()) {
                if (line.equals("#EXT-X-DISCONTINUITY")) {
                    discontinuity = true;
                } else if (!line.startsWith("#") && line.startsWith("seg-")) {
                    long sequence = Long.parseLong(line.substring(4, line.indexOf('.')));
                    // The first of a playlist does not say.
                    boolean before = discontinuity;
                    segments.merge(sequence, before, (a, b) -> a || b);
                    discontinuity = false;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void checkHls(PenstockProcess penstock) {
        List<Long> sequences = List.copyOf(segments.keySet());
        assertThat(sequences.getLast() - sequences.getFirst()).as("no number is left out")
                .isEqualTo(sequences.size() - 1);
        long changes = penstock.log().lines().filter(l -> l.contains("Source connected")).count() - 1;
        long discontinuities = segments.values().stream().filter(d -> d).count();
        assertThat(changes).as(penstock.log()).isGreaterThanOrEqualTo(FLAPS);
        // A source that is there for less than a segment may leave none.
        assertThat(discontinuities).isBetween(FLAPS / 2L, changes);
    }

    private void checkRecording() throws Exception {
        write("recording", recording(true));
        PenstockProcess.await("the recording is complete",
                () -> playlist().contains("#EXT-X-ENDLIST"));
        long gaps = playlist().lines().filter(l -> l.equals("#EXT-X-DISCONTINUITY")).count();
        assertThat(gaps).isBetween(FLAPS / 2L, FLAPS * 2L);
        checkMedia(find("master.m3u8").toString());
        System.getLogger("flaps").log(System.Logger.Level.INFO, () -> FLAPS + " flaps, " + VIEWERS
                + " viewers: 0 disconnects; " + gaps + " discontinuities in the recording");
    }

    /** Times never go back; pictures decode to the end, but for those that were cut off with their source. */
    private static void checkMedia(String input) throws Exception {
        assertThat(PenstockProcess.ffmpeg("-i", input, "-c", "copy", "-f", "null", "-"))
                .doesNotContainIgnoringCase("monoton", "exit ");
        String decoded = PenstockProcess.ffmpeg("-i", input, "-f", "null", "-");
        assertThat(decoded).doesNotContain("exit ");
        assertThat(decoded.lines().filter(l -> l.contains("corrupt decoded frame")).count())
                .isLessThanOrEqualTo(2L * FLAPS);
    }

    private String playlist() {
        try {
            Path found = find("media.m3u8");
            return found == null ? "" : Files.readString(found);
        } catch (IOException e) {
            return "";
        }
    }

    private Path find(String name) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("store"))) {
            return files.filter(f -> f.getFileName().toString().equals(name)).findFirst().orElse(null);
        }
    }

    private static String stream(TestCamera first, TestCamera second, String more) {
        return """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "%s"}, {url: "%s"}], stallTimeout: 1s, connectTimeout: 1s, %s}}
                """.formatted(first.url(), second.url(), more);
    }

    private static String recording(boolean stop) {
        return """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: local}
                spec: {file: {path: archive}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: Recording
                metadata: {name: cam}
                spec: {streamRef: {name: cam}, storeRef: {name: local}, stop: %s}
                """.formatted(stop);
    }

    private void write(String name, String text) throws IOException {
        Path staged = Files.writeString(folder.resolve(name + ".tmp"), text);
        Files.move(staged, resources.resolve(name + ".yaml"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

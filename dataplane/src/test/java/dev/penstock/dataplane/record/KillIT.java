package dev.penstock.dataplane.record;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.file.FileObjectStore;

import static org.assertj.core.api.Assertions.assertThat;

class KillIT {
    @TempDir
    Path folder;

    @Test
    void shouldLoseNoCompletedSegmentWhenKilledAgainAndAgain() throws Exception {
        List<Long> completed = new ArrayList<>();
        long numbers = 0;
        for (int kills = 0; kills < 3; kills++) {
            List<Long> printed = recordUntilKilled(numbers, 7 + 5 * kills);
            completed.addAll(printed);
            numbers = printed.getLast() - 216_000_000L + 100;
        }
        Studio studio = new Studio(folder.resolve("spool"));
        studio.now = Studio.START.plusSeconds(2 * numbers);
        try (ObjectStore store = new FileObjectStore(folder.resolve("bucket"), InstantSource.system());
                Recorder recorder = studio.recorder(() -> store)) {
            recorder.start();
            recorder.stop().get(30, TimeUnit.SECONDS);
            List<Long> stored = Studio.sequences(store);
            assertThat(stored).containsAll(completed).doesNotHaveDuplicates().isSorted();
            assertThat(stored.size()).isBetween(completed.size(), completed.size() + 3);
            String media = Studio.textOf(store, "/source/media.m3u8");
            assertThat(media.lines().filter("#EXT-X-DISCONTINUITY"::equals)).hasSize(2);
            assertThat(media.lines().filter(l -> l.endsWith(".ts"))).hasSize(stored.size());
            assertThat(media).endsWith("#EXT-X-ENDLIST\n");
        }
    }

    private List<Long> recordUntilKilled(long before, int segments) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path").replace(':', File.pathSeparatorChar),
                RecordingProcess.class.getName(), folder.resolve("spool").toString(),
                folder.resolve("bucket").toString(), Long.toString(before))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Long> printed = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("[0-9]+")) {
                    printed.add(Long.parseLong(line));
                }
                if (printed.size() == segments) {
                    // By its handle, which leaves the stream open: what it has printed is read to the end.
                    process.toHandle().destroyForcibly();
                }
            }
            assertThat(process.waitFor(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(printed).hasSizeGreaterThanOrEqualTo(segments);
        return printed;
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * restreamer's documented example, {@code samples/restreamer}, from end to end: a program writes into a FIFO at its own pace, players
 * use the URL that they always had.
 */
class RestreamerIT {
    private static final Path SAMPLE = Path.of("../samples/restreamer");
    private static final List<String> METRICS = List.of("streaming_packets_sent", "streaming_bytes_sent",
            "streaming_packets_dropped", "streaming_bytes_dropped", "streaming_connections", "streaming_duration",
            "streaming_source_connected", "streaming_packets_received", "streaming_bytes_received");

    private static final Pattern LOAD = Pattern.compile("\"load\":\"(\\w+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<TsWatcher> watchers = new ArrayList<>();
    private final List<Process> feeders = new ArrayList<>();

    @TempDir
    Path folder;
    private Path resources;
    private Path data;
    private Path fifo;
    private Path test;

    @BeforeEach
    void makeFolders() throws Exception {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
        test = Files.write(folder.resolve("test.ts"), Clips.minute());
        fifo = folder.resolve("pipe.ts");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        try (Stream<Path> files = Files.list(SAMPLE)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                String yaml = Files.readString(file);
                Files.writeString(resources.resolve(file.getFileName()),
                        yaml.replace("file:/tmp/pipe.ts", "file:" + fifo)
                                .replace("unix:/tmp/pipe2.ts", "unix:" + folder.resolve("pipe2.ts")));
            }
        }
    }

    @AfterEach
    void leave() {
        watchers.forEach(TsWatcher::close);
        feeders.forEach(RestreamerIT::kill);
        client.shutdownNow();
    }

    @Test
    void shouldKeepViewersOfThePipeWhenItsFeederIsKilledAndStartedAgain() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            Process feeder = feed();
            awaitMedia(penstock);
            assertThat(
                    PenstockProcess.ffmpeg("-xerror", "-v", "warning", "-i", penstock.url("/pipe.ts"), "-t", "3", "-f",
                            "null", "-"))
                    .as(penstock.log()).isEmpty();
            List<TsWatcher> viewers = List.of(watch(penstock), watch(penstock), watch(penstock));
            await(penstock, "all see media", () -> viewers.stream().allMatch(viewer -> viewer.packets() > 100));
            kill(feeder);
            feed();
            long[] before = viewers.stream().mapToLong(TsWatcher::packets).toArray();
            await(penstock, "media after the feeder has started again",
                    () -> viewers.get(0).packets() > before[0] + 500 && viewers.get(2).packets() > before[2] + 500);
            assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.end()).as(penstock.log()).isNull());
            checkMetrics(penstock);
        }
    }

    @Test
    void shouldStayOfflineThroughAReconnectOfTheSource() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            Process feeder = feed();
            awaitMedia(penstock);
            TsWatcher viewer = watch(penstock);
            await(penstock, "media", () -> viewer.packets() > 100);
            Path file = resources.resolve("02.livestream.pipe.yaml");
            String online = Files.readString(file);
            Files.writeString(file, online.replace("spec:\n", "spec:\n  offline: true\n"));
            await(penstock, "offline", () -> penstock.status("/pipe.ts") == 503);
            await(penstock, "the viewer is dropped", () -> viewer.end() != null);
            kill(feeder);
            feed();
            // The feeder's first words are taken by nobody: it would end if somebody read and went.
            assertThat(penstock.status("/pipe.ts")).isEqualTo(503);
            Files.writeString(file, online);
            awaitMedia(penstock);
        }
    }

    @Test
    void shouldSayFullFromTheSoftLimitOnAndAnswer404AboveTheHardOne() throws Exception {
        Path limits = resources.resolve("03.mediapool.limits.yaml");
        Files.writeString(limits, Files.readString(limits).replace("90", "10").replace("100", "12"));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            feed();
            for (int i = 1; i < 10; i++) {
                watchOneMore(penstock);
            }
            assertThat(load(penstock)).isEqualTo("ok");
            watchOneMore(penstock);
            assertThat(load(penstock)).as("the tenth is served").isEqualTo("full");
            watchOneMore(penstock);
            watchOneMore(penstock);
            assertThat(penstock.status("/pipe.ts")).as("the thirteenth").isEqualTo(404);
            assertThat(watchers).allSatisfy(viewer -> assertThat(viewer.end()).isNull());
        }
    }

    private void watchOneMore(PenstockProcess penstock) {
        TsWatcher viewer = watch(penstock);
        await(penstock, "packets for one more", () -> viewer.packets() > 0);
    }

    private static String load(PenstockProcess penstock) {
        String health = penstock.text("/api/v1/health");
        Matcher load = LOAD.matcher(health);
        assertThat(load.find()).as(health).isTrue();
        return load.group(1);
    }

    private static void checkMetrics(PenstockProcess penstock) {
        String text = penstock.text("/metrics");
        for (String name : METRICS) {
            assertThat(text).contains("\n# TYPE " + name + " ").contains("\n" + name + "{stream=\"default/pipe\"");
        }
        assertThat(value(text, "streaming_connections")).isEqualTo(3);
        assertThat(value(text, "streaming_source_connected")).isEqualTo(1);
        assertThat(value(text, "streaming_packets_sent")).isGreaterThan(2000)
                .isEqualTo(value(text, "streaming_bytes_sent") / 188);
        assertThat(value(text, "streaming_packets_received")).isGreaterThan(1000);
        assertThat(value(text, "streaming_bytes_dropped")).isZero();
        assertThat(value(text, "streaming_duration")).as("nanoseconds of all viewers").isGreaterThan(5e9);
    }

    private static double value(String text, String name) {
        return text.lines().filter(line -> line.startsWith(name + "{stream=\"default/pipe\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** The command of the example; it ends when what it writes is not read any more. */
    private Process feed() throws IOException {
        Process feeder = FfmpegPrograms
                .process(List.of("ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1",
                        "-i", test.toString(), "-c", "copy", "-f", "mpegts", "-y", fifo.toString()))
                .redirectErrorStream(true).redirectOutput(folder.resolve("feeder.log").toFile()).start();
        feeders.add(feeder);
        return feeder;
    }

    private TsWatcher watch(PenstockProcess penstock) {
        TsWatcher watcher = new TsWatcher(client, penstock.url("/pipe.ts"), null);
        watchers.add(watcher);
        return watcher;
    }

    private void awaitMedia(PenstockProcess penstock) {
        await(penstock, "the pipe plays", () -> {
            TsWatcher viewer = watch(penstock);
            try {
                PenstockProcess.await("packets", Duration.ofSeconds(5), () -> viewer.packets() > 50);
                return true;
            } catch (AssertionError notYet) {
                return false;
            } finally {
                viewer.close();
            }
        });
    }

    private static void await(PenstockProcess penstock, String what, BooleanSupplier holds) {
        try {
            PenstockProcess.await(what, Duration.ofSeconds(60), holds);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + penstock.log(), e);
        }
    }

    private static void kill(Process feeder) {
        feeder.descendants().forEach(ProcessHandle::destroyForcibly);
        feeder.destroyForcibly().onExit().join();
    }
}

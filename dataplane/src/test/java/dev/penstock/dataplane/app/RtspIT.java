package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.ingest.GstServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Cameras of GStreamer's RTSP server, from their URL to what a viewer gets. */
class RtspIT {
    private static final int SECONDS = Integer.getInteger("rtsp.seconds", 15);
    private static final Pattern SILENCE_END = Pattern.compile("silence_end: ([0-9.]+)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TCP", "UDP"})
    void shouldPlayAllKindsOfCamerasWithoutAnError(String transport) throws Exception {
        Map<String, Path> got = new LinkedHashMap<>();
        try (GstServer server = new GstServer()) {
            Path resources = Files.createDirectories(folder.resolve("resources"));
            for (String path : List.of("h264-aac", "h264-pcma", "h264-opus", "bframes", "h265-aac")) {
                got.put(path, folder.resolve(path + ".ts"));
                write(resources, path, "connectTimeout: 60s, urls: [{url: \"" + server.url("/" + path)
                        + "\", rtspTransport: " + transport + "}]");
            }
            play(resources, got);
        }
        for (Map.Entry<String, Path> each : got.entrySet()) {
            assertThat(ffmpeg("-xerror", "-v", "warning", "-i", each.getValue().toString(), "-map", "0", "-f", "null",
                    "-")).as(each.getKey()).isEmpty();
            checkTimes(each.getKey(), each.getValue());
        }
    }

    /** How the camera's tones lie to its key frames is the camera's affair; it must not change on the way. */
    @ParameterizedTest
    @ValueSource(strings = {"TCP", "UDP"})
    void shouldLeaveSoundWhereItIsBesideThePictures(String transport) throws Exception {
        Map<String, Path> got = new LinkedHashMap<>();
        Map<String, Path> direct = new LinkedHashMap<>();
        try (GstServer server = new GstServer()) {
            Path resources = Files.createDirectories(folder.resolve("resources"));
            Map<Path, String> captures = new LinkedHashMap<>();
            for (String path : List.of("sync-aac", "sync-pcma")) {
                got.put(path, folder.resolve(path + ".ts"));
                direct.put(path, folder.resolve(path + ".nut"));
                captures.put(direct.get(path), server.url("/" + path));
                write(resources, path, "connectTimeout: 60s, urls: [{url: \"" + server.url("/" + path)
                        + "\", rtspTransport: " + transport + "}]");
            }
            play(resources, got, captures);
        }
        for (String path : got.keySet()) {
            assertThat(offsetMillis(got.get(path))).as("tones behind key frames of %s, ms", path)
                    .isCloseTo(offsetMillis(direct.get(path)), within(20.0));
        }
    }

    private void play(Path resources, Map<String, Path> got) throws Exception {
        play(resources, got, Map.of());
    }

    /** Captures streams, and at the same time what other URLs have. */
    private void play(Path resources, Map<String, Path> got, Map<Path, String> others) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            PenstockProcess.await("all cameras are there", Duration.ofSeconds(120),
                    () -> penstock.text("/api/v1/streams").split("\"Live\"", -1).length > got.size());
            List<CompletableFuture<Process>> viewers = new ArrayList<>();
            for (Map.Entry<String, Path> each : got.entrySet()) {
                viewers.add(FfmpegPrograms
                        .process(List.of("ffmpeg", "-v", "error", "-y", "-t", Integer.toString(SECONDS), "-i",
                                penstock.url("/live/default/" + each.getKey() + "/stream.ts"), "-map", "0", "-c",
                                "copy", "-copyts", "-muxdelay", "0", "-muxpreload", "0", each.getValue().toString()))
                        .inheritIO().start().onExit());
            }
            for (Map.Entry<Path, String> other : others.entrySet()) {
                viewers.add(FfmpegPrograms
                        .process(List.of("ffmpeg", "-v", "error", "-y", "-rtsp_transport", "tcp", "-t",
                                Integer.toString(SECONDS), "-i", other.getValue(), "-map", "0", "-c", "copy",
                                other.getKey().toString()))
                        .inheritIO().start().onExit());
            }
            for (CompletableFuture<Process> viewer : viewers) {
                assertThat(viewer.get(SECONDS + 60L, TimeUnit.SECONDS).exitValue()).isZero();
            }
            assertThat(penstock.log()).doesNotContain("Source failed", "LEAK");
        }
    }

    /** Decoding times rise on each stream. */
    private static void checkTimes(String name, Path file) throws Exception {
        Map<String, Double> last = new HashMap<>();
        int packets = 0;
        for (String line : ffprobe("-show_entries", "packet=stream_index,dts_time", "-of", "compact=p=0:nk=1", file)
                .lines().filter(l -> l.contains("|")).toList()) {
            String[] fields = line.split("\\|");
            double dts = Double.parseDouble(fields[1]);
            Double before = last.put(fields[0], dts);
            assertThat(before == null || dts > before).as("%s: %s after %s", name, line, before).isTrue();
            packets++;
        }
        assertThat(packets).as(name).isGreaterThan(SECONDS * 25);
        assertThat(last).as(name).hasSize(2);
    }

    /** How far tones begin behind key frames: the median. */
    private static double offsetMillis(Path file) throws Exception {
        List<Double> keys = ffprobe("-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of",
                "compact=p=0:nk=1", file).lines().filter(line -> line.contains("|K"))
                .map(line -> Double.parseDouble(line.split("\\|")[0])).toList();
        List<Double> offsets = new ArrayList<>();
        Matcher found = SILENCE_END.matcher(ffmpeg("-v", "info", "-copyts", "-i", file.toString(), "-map", "0:a", "-af",
                "silencedetect=noise=-25dB:duration=0.3", "-f", "null", "-"));
        while (found.find()) {
            double tone = Double.parseDouble(found.group(1));
            keys.stream().map(key -> tone - key).filter(d -> Math.abs(d) < 0.5).findFirst().ifPresent(offsets::add);
        }
        assertThat(offsets).as(file.toString()).hasSizeGreaterThan(SECONDS / 2);
        return offsets.stream().sorted().skip(offsets.size() / 2).findFirst().orElseThrow() * 1000;
    }

    private static void write(Path resources, String name, String pull) throws IOException {
        Files.writeString(resources.resolve(name + ".yaml"), "apiVersion: penstock.dev/v1alpha1\nkind: LiveStream\n"
                + "metadata: {name: " + name + "}\nspec: {source: {pull: {" + pull + "}}}\n");
    }

    private static String ffprobe(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffprobe", "-v", "error"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return output(command);
    }

    private static String ffmpeg(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostats"));
        command.addAll(List.of(arguments));
        return output(command);
    }

    private static String output(List<String> command) throws Exception {
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }
}

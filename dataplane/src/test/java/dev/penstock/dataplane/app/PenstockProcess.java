package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

/** The data plane as a user starts it: a process of its own, seen from outside only. */
final class PenstockProcess implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("Penstock plays at (http://\\S+)/");
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final Path log;
    private final String url;

    private PenstockProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.url = waitForUrl();
    }

    /** Starts it on a folder of resources and waits for the URL that it prints. */
    static PenstockProcess run(Path resources, Path data) throws IOException {
        return run(resources, data, "127.0.0.1:0");
    }

    /** Starts it on a folder of resources, listening at an address, and waits for the URL that it prints. */
    static PenstockProcess run(Path resources, Path data, String http) throws IOException {
        Path log = Files.createTempFile(data, "penstock", ".log");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-Xmx512m",
                "-Dio.netty.leakDetection.level=paranoid", "-cp", classPath, "dev.penstock.dataplane.app.Main", "run",
                resources.toString(), "--http", http, "--data", data.toString(), "--log", "text")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new PenstockProcess(process, log);
    }

    private String waitForUrl() {
        String[] found = new String[1];
        await("the URL", () -> {
            Matcher matcher = URL.matcher(log());
            if (matcher.find()) {
                found[0] = matcher.group(1);
            }
            return found[0] != null || !process.isAlive();
        });
        if (found[0] == null) {
            throw new AssertionError("ended with " + process.exitValue() + ":\n" + log());
        }
        return found[0];
    }

    /** URL of a path. */
    String url(String path) {
        return url + path;
    }

    /** What it printed and logged so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Status of a GET. */
    int status(String path) {
        return get(path).statusCode();
    }

    /** Body of a GET; empty unless the answer is 200. */
    String text(String path) {
        HttpResponse<String> answer = get(path);
        return answer.statusCode() == 200 ? answer.body() : "";
    }

    private HttpResponse<String> get(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it without a word (SIGKILL). */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    /** Ends it as an orchestrator does (SIGTERM); its exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end:\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
        if (log().contains("LEAK:")) {
            throw new AssertionError("buffers leak:\n" + log());
        }
    }

    /** Plays a path for some seconds by FFmpeg, beside what else is done: what FFmpeg found wrong, empty for nothing. */
    CompletableFuture<String> play(String path, int seconds) {
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                said.complete(ffmpeg("-xerror", "-t", Integer.toString(seconds), "-i", url(path), "-f", "null", "-"));
            } catch (IOException | InterruptedException e) {
                said.completeExceptionally(e);
            }
        });
        return said;
    }

    /** How often something stands in a text. */
    static long count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1L;
    }

    /** Waits until something holds; fails with its name after a minute, which is long on a slow machine too. */
    static void await(String what, BooleanSupplier holds) {
        await(what, Duration.ofMinutes(1), holds);
    }

    /** Waits until something holds; fails with its name after the time. */
    static void await(String what, Duration atMost, BooleanSupplier holds) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + atMost.toSeconds() + " s: " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs the FFmpeg that comes with Penstock; what it printed, which is empty when it found nothing wrong. */
    static String ffmpeg(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments));
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return status == 0 ? output : "exit " + status + ": " + output;
    }
}

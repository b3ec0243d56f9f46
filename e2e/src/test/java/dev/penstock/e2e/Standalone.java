package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The data plane without Kubernetes, as a user starts it. The test thread. */
final class Standalone implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern URL = Pattern.compile("Penstock plays at (http://\\S+)/");
    private static final Pattern SECURE_PORT = Pattern.compile("HTTPS server listens .*address=\"[^\"]*:(\\d+)\"");

    private final Process process;
    private final Path log;
    private final String url;
    private final String securePort;

    private Standalone(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.url = awaitLog(URL);
        this.securePort = log().contains("HTTPS server listens") ? awaitLog(SECURE_PORT) : "";
    }

    /** Starts it on a folder of resources, with further flags, and waits until it says where it plays. */
    static Standalone run(Path resources, Path data, String... flags) throws IOException {
        Path log = Files.createDirectories(data).resolve("penstock.log");
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.penstock.dataplane.app.Main", "run", resources.toString(), "--http", "127.0.0.1:0", "--rtmp",
                "none", "--srt", "none", "--data", data.toString(), "--log", "text"));
        command.addAll(List.of(flags));
        return new Standalone(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    }

    /** Where it serves, without a slash at the end. */
    String url() {
        return url;
    }

    /** Where it serves with TLS, when the flags say so. */
    String secureUrl() {
        return "https://127.0.0.1:" + securePort;
    }

    /** What it has logged so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String awaitLog(Pattern line) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            Matcher matcher = line.matcher(log());
            if (matcher.find()) {
                return matcher.group(1);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        close();
        throw new AssertionError("the data plane does not start:\n" + log());
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

package dev.penstock.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server under measurement, in a process of its own: its CPU time and memory as Linux counts them. */
final class ServerProcess implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final String name;
    private final Process process;
    private final Path log;

    /** Starts it; what it says goes to {@code log}. */
    ServerProcess(String name, List<String> command, Path log) throws IOException {
        this(name, command, log, Map.of());
    }

    /** As above, with more in its environment. */
    ServerProcess(String name, List<String> command, Path log, Map<String, String> environment) throws IOException {
        this.name = name;
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    String name() {
        return name;
    }

    /** Waits until its log matches; the first group. */
    String await(Pattern line) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            Matcher matcher = line.matcher(log());
            if (matcher.find()) {
                return matcher.groupCount() == 0 ? "" : matcher.group(1);
            }
            if (!process.isAlive()) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException(name + " did not come up:\n" + log());
    }

    String log() {
        return read(log);
    }

    /** Seconds of CPU used so far. */
    double cpuSeconds() {
        return cpuSeconds(process.pid());
    }

    /** Seconds of CPU that a process used so far. */
    static double cpuSeconds(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Nanoseconds on a processor so far, by thread: finer than {@link #cpuSeconds}, without threads that have ended. */
    Map<String, Long> threadNanos() {
        Map<String, Long> nanos = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    nanos.put(Files.readString(task.resolve("comm")).strip() + " " + task.getFileName(),
                            Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]));
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return nanos;
    }

    /** Resident memory, MB. */
    double residentMb() {
        Matcher matcher = RSS.matcher(read(Path.of("/proc/" + process.pid() + "/status")));
        return matcher.find() ? Long.parseLong(matcher.group(1)) / 1000.0 : 0;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(15, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}

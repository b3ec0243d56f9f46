package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalPullIT extends PullIT {
    @Test
    void shouldPlayAFileAtTheSpeedOfItsClock() throws IOException {
        Path file = Files.write(folder.resolve("in.ts"), FILE);
        long start = System.nanoTime();
        pull("file://" + file);
        sink.awaitEvent("begin");
        sink.await(Duration.ofSeconds(5), () -> sink.size() > FILE.length / 2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(800),
                Duration.ofMillis(2200));
        sink.awaitEvent("over");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(2300),
                Duration.ofMillis(3500));
        assertThat(sink.bytes()).isEqualTo(FILE);
        assertThat(sink.events()).endsWith("end file://" + file + ": end of file",
                "over file://" + file + ": end of file");
    }

    @Test
    void shouldBeginAgainWhenALoopedFileEnds() throws Exception {
        Path file = Files.write(folder.resolve("in.ts"), FILE);
        long start = System.nanoTime();
        pull(PullConfig.Source.looped("file://" + file));
        sink.await(Duration.ofSeconds(9), () -> sink.count("begin") == 3);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(5500),
                Duration.ofMillis(6500));
        stop();
        assertThat(sink.count("connected")).isOne();
        assertThat(sink.events()).contains("end start of the file again").endsWith("end stopped");
    }

    @Test
    void shouldSayThatAFileIsMissingOrNoStream() throws IOException {
        Path text = Files.writeString(folder.resolve("text.ts"), "hello".repeat(1000));
        pull("file://" + folder.resolve("none.ts"));
        sink.awaitEvent("failed");
        assertThat(sink.events()).contains("failed 0 file://" + folder.resolve("none.ts") + ": no such file; later");

        pull(PullConfig.Source.looped("file://" + text));
        sink.awaitEvent("over");
        assertThat(sink.events()).contains("over file://" + text + ": no transport stream in the file");
    }

    @Test
    void shouldGoOnWithTheNextWriterOfAFifo() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        pull(Duration.ofMillis(300), Duration.ofMillis(300), PullConfig.Source.url("file://" + fifo));
        Thread.sleep(1000);
        assertThat(sink.events()).containsExactly("connecting 0");
        for (int i = 1; i <= 2; i++) {
            int round = i;
            try (OutputStream out = Files.newOutputStream(fifo)) {
                out.write(FILE);
            }
            sink.await(Duration.ofSeconds(5), () -> sink.count("end writer left") == round);
            assertThat(sink.size()).isEqualTo(round * FILE.length);
        }
        Thread.sleep(600);
        assertThat(sink.count("failed")).isZero();
        assertThat(sink.count("connected")).isEqualTo(2);

        stop();
        sink.await(Duration.ofSeconds(3), () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().equals("penstock-fifo")));
    }

    @Test
    void shouldPlayWhatAProgramWritesAndStopIt() throws Exception {
        Path file = Files.write(folder.resolve("in.ts"), FILE);
        PullSource source = pull(Duration.ofSeconds(20), Duration.ofSeconds(5), PullConfig.Source.program("ffmpeg",
                "-loglevel", "info", "-re", "-stream_loop", "-1", "-i", file.toString(), "-c", "copy", "-f", "mpegts",
                "pipe:1"));
        // Long enough to count as a source that works: such a one is tried again without a wait.
        sink.await(Duration.ofSeconds(20), () -> sink.size() > FILE.length);
        assertThat(children(file)).isOne();
        ProcessHandle.current().descendants().filter(p -> isOurs(p, file)).forEach(ProcessHandle::destroyForcibly);
        sink.awaitEvent("failed");
        assertThat(sink.events()).contains("failed 0 ffmpeg ended with status 137; at once");
        sink.await(Duration.ofSeconds(10), () -> sink.count("connected") == 2);
        assertThat(source.counters().tries()).isEqualTo(2);

        stop();
        sink.await(Duration.ofSeconds(4), () -> children(file) == 0);
    }

    @Test
    void shouldKillAProgramThatDoesNotListen() throws Exception {
        pull(Duration.ofSeconds(20), Duration.ofSeconds(5), PullConfig.Source.program("sh", "-c",
                "trap '' TERM; : > " + folder + "/deaf; while true; do sleep 0.1; done"));
        sink.await(Duration.ofSeconds(5), () -> Files.exists(folder.resolve("deaf")));
        assertThat(children(folder)).isPositive();
        stop();
        sink.await(Duration.ofSeconds(8), () -> children(folder) == 0);
    }

    @Test
    void shouldSayThatAProgramIsMissing() {
        pull(PullConfig.Source.program("/nowhere/program", "--password=secret"));
        sink.awaitEvent("failed");

        assertThat(sink.events().toString()).contains("program: cannot start").doesNotContain("secret");
    }

    private static long children(Path argument) {
        return ProcessHandle.current().descendants().filter(p -> isOurs(p, argument)).count();
    }

    private static boolean isOurs(ProcessHandle process, Path argument) {
        return process.info().commandLine().orElse("").contains(argument.toString());
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/**
 * {@code samples/ingest} as it is written: Penstock runs the folder, the command in each file's comment feeds its stream, and the
 * stream plays. Ports are those of the samples. {@code -Dingest.seconds=60} plays longer.
 */
@Timeout(900)
class IngestSamplesIT {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SAMPLES = PROJECT.resolve("samples/ingest");
    private static final String SECONDS = System.getProperty("ingest.seconds", "15");

    @TempDir
    static Path folder;
    private static PenstockProcess penstock;

    @BeforeAll
    static void start() throws IOException {
        penstock = PenstockProcess.run(SAMPLES, folder, "127.0.0.1:8080");
    }

    @AfterAll
    static void stop() {
        penstock.close();
    }

    @TestFactory
    @Execution(CONCURRENT)
    Stream<DynamicTest> shouldPlayWhateverWayItComesIn() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(SAMPLES)) {
            files = all.filter(file -> file.toString().contains(".livestream.")).sorted().toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(10);
        return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(),
                () -> check(file)));
    }

    private static void check(Path file) throws Exception {
        String name = file.getFileName().toString().split("\\.")[2];
        Process feeder = feed(file);
        try {
            String live = "/live/default/" + name;
            PenstockProcess.await(name + " plays\n" + penstock.log(),
                    () -> penstock.text(live + "/media.m3u8").contains(".ts"));
            assertThat(PenstockProcess.ffmpeg("-xerror", "-v", "warning", "-i", penstock.url(live + "/stream.ts"), "-t",
                    SECONDS, "-f", "null", "-")).as("stream.ts\n" + penstock.log()).isEmpty();
        } finally {
            feeder.descendants().forEach(ProcessHandle::destroyForcibly);
            feeder.destroyForcibly().waitFor();
        }
    }

    /** Runs what the file's comment says. */
    private static Process feed(Path file) throws IOException {
        String command = Files.readString(file).lines().filter(line -> line.startsWith("#   "))
                .map(line -> line.substring(4)).collect(Collectors.joining("\n"));
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", command).directory(PROJECT.toFile())
                .redirectErrorStream(true).redirectOutput(Files.createTempFile(folder, "feeder", ".log").toFile());
        return shell.start();
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The kubectl that belongs to the API server of the tests, with the rights of an administrator and one namespace as its default.
 * The test thread.
 */
final class Kubectl implements AutoCloseable {
    private static final int LIMIT_SECONDS = 60;

    /**
     * What a call said.
     *
     * @param code exit code
     * @param output standard output, then standard error
     */
    record Said(int code, String output) {}

    private final Path program;
    private final Path folder;

    private Kubectl(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /** A kubectl for a namespace. */
    static Kubectl in(TestNamespace space) {
        try {
            Path folder = Files.createTempDirectory("kubectl");
            Files.writeString(folder.resolve("config"), ControlPlane.get().kubeConfig());
            Kubectl kubectl = new Kubectl(find(), folder);
            kubectl.ok("config", "set-context", "--current", "--namespace", space.name());
            return kubectl;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it; the output of a call that has to end with 0. */
    String ok(String... arguments) {
        Said said = run(null, arguments);
        if (said.code() != 0) {
            throw new AssertionError("kubectl " + String.join(" ", arguments) + ": " + said);
        }
        return said.output();
    }

    /** Runs it, with a text as its standard input if there is one. */
    Said run(String input, String... arguments) {
        return run(input, folder, arguments);
    }

    /** The same in a folder with files. */
    Said run(String input, Path files, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return start(input, files, command);
    }

    /** What another program makes of a text; it has to end with 0. */
    String pipe(String other, String input) {
        // By way of a shell, which looks for it on the PATH.
        Said said = start(input, folder, List.of("sh", "-c", "exec " + other));
        if (said.code() != 0) {
            throw new AssertionError(other + ": " + said);
        }
        return said.output();
    }

    private Said start(String input, Path files, List<String> command) {
        try {
            Path out = folder.resolve("out");
            Path in = Files.writeString(folder.resolve("in"), input == null ? "" : input);
            ProcessBuilder builder = new ProcessBuilder(command).directory(files.toFile()).redirectErrorStream(true)
                    .redirectInput(in.toFile()).redirectOutput(out.toFile());
            builder.environment().put("KUBECONFIG", folder.resolve("config").toString());
            builder.environment().put("KUBECACHEDIR", folder.resolve("cache").toString());
            builder.environment().put("TZ", "UTC");
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " runs for more than " + LIMIT_SECONDS + " s: "
                        + Files.readString(out));
            }
            return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beside the API server: where the tests were told, else where kube-api-test puts what it downloads. */
    static Path find() throws IOException {
        String told = System.getenv("KUBE_API_TEST_DIR");
        Path home = told == null ? Path.of(System.getProperty("user.home"), ".kubeapitest") : Path.of(told);
        String version = System.getenv("KUBE_API_TEST_API_SERVER_VERSION");
        try (Stream<Path> all = Files.list(home.resolve("k8s"))) {
            return all.filter(d -> version == null || d.getFileName().toString().startsWith(version + "-"))
                    .map(d -> d.resolve("kubectl")).filter(Files::isExecutable).max(Path::compareTo)
                    .orElseThrow(() -> new IllegalStateException(
                            "No kubectl below " + home + ": run eval \"$(e2e/control-plane)\" before Maven"));
        }
    }
}

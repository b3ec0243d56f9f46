package dev.penstock.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Programs that users run, as users run them: in the root of the repository, as an administrator of an API server. Output and caches
 * lie in a folder of the test. The test thread.
 */
final class Programs {
    /** The root of the repository. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LIMIT_SECONDS = 300;

    /**
     * What a program said.
     *
     * @param code exit code
     * @param output standard output
     * @param error standard error
     */
    record Said(int code, String output, String error) {}

    private final Path folder;
    private final String path;

    /**
     * Looks for helm and kubectl.
     *
     * @param folder folder of the test
     * @param kubeConfig how to reach the API server
     */
    Programs(Path folder, String kubeConfig) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("config"), kubeConfig);
        require("helm");
        path = Kubectl.find().getParent() + File.pathSeparator + System.getenv("PATH");
    }

    /** Runs a program that has to end with 0; what it printed. */
    String ok(String... command) {
        Said said = run(command);
        assertThat(said.code()).as("%s: %s%s", String.join(" ", command), said.output(), said.error()).isZero();
        return said.output();
    }

    /** Runs a program. */
    Said run(String... command) {
        try {
            Path output = Files.createTempFile(folder, "run", ".out");
            Path error = Files.createTempFile(folder, "run", ".err");
            // By way of a shell, which looks for the program on the PATH that it is given.
            String[] all = Stream.concat(Stream.of("bash", "-c", "exec \"$@\"", "run"), Arrays.stream(command))
                    .toArray(String[]::new);
            ProcessBuilder builder = new ProcessBuilder(all).directory(ROOT.toFile())
                    .redirectOutput(output.toFile()).redirectError(error.toFile())
                    .redirectInput(new File("/dev/null"));
            builder.environment().put("PATH", path);
            builder.environment().put("KUBECONFIG", folder.resolve("config").toString());
            builder.environment().put("KUBECACHEDIR", folder.resolve("cache").toString());
            for (String kind : List.of("CACHE", "CONFIG", "DATA")) {
                builder.environment().put("HELM_" + kind + "_HOME", folder.resolve("helm").toString());
            }
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(Arrays.toString(command) + " runs for more than " + LIMIT_SECONDS + " s");
            }
            return new Said(process.exitValue(), Files.readString(output), Files.readString(error));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Fails with the way to get it if a program is not on PATH. */
    static void require(String program) {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .anyMatch(d -> Files.isExecutable(d.resolve(program)));
        assertThat(isThere).as("No %s on PATH: run eval \"$(e2e/chart-tools)\" before Maven", program).isTrue();
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real data-plane process, with the rights of the first pod of a pool. The test thread. */
final class PodProcess implements AutoCloseable {
    private static final int LIMIT_SECONDS = 20;

    private final Process process;
    private final Path log;

    private PodProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it; the pool's service account must be there. */
    static PodProcess start(TestNamespace space, String pool, Path folder) throws IOException {
        Path kubeConfig = Files.writeString(folder.resolve("config"),
                ControlPlane.get().kubeConfig(space.name(), pool));
        Path log = folder.resolve("pod.log");
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.penstock.dataplane.app.Main", "serve", "--pool", pool, "--namespace", space.name(), "--ordinal",
                "0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data",
                folder.resolve("data").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        return new PodProcess(builder.start(), log);
    }

    /** What it has logged so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end; whether it did so in time. */
    boolean end() throws InterruptedException {
        process.destroy();
        return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;

import dev.penstock.operator.Main;

/**
 * An operator as an installed Deployment says, but as a process of this machine: with the environment of its container, and as its
 * ServiceAccount, by a token of it. Stands in for a kubelet. The test thread.
 */
final class OperatorProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private OperatorProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts what a Deployment describes; the log lies in the folder. */
    static OperatorProcess start(Programs programs, Path folder, String namespace, String deployment)
            throws IOException {
        Deployment wanted = Serialization.unmarshal(
                programs.ok("kubectl", "-n", namespace, "get", "deployment", deployment, "-o", "yaml"),
                Deployment.class);
        var pod = wanted.getSpec().getTemplate().getSpec();
        String token = programs.ok("kubectl", "-n", namespace, "create", "token", pod.getServiceAccountName()).strip();
        Path config = Files.writeString(folder.resolve(namespace + "-operator"),
                programs.ok("kubectl", "config", "view", "--raw"));
        programs.ok("kubectl", "--kubeconfig", config.toString(), "config", "set-credentials", "operator", "--token",
                token);
        programs.ok("kubectl", "--kubeconfig", config.toString(), "config", "set-context", "--current", "--user",
                "operator");
        Path log = folder.resolve(namespace + "-operator.log");
        ProcessBuilder builder = new ProcessBuilder(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                        System.getProperty("java.class.path"), Main.class.getName()))
                .redirectErrorStream(true).redirectOutput(log.toFile());
        for (EnvVar variable : pod.getContainers().getFirst().getEnv()) {
            builder.environment().put(variable.getName(),
                    variable.getValue() == null ? namespace : variable.getValue());
        }
        builder.environment().put("KUBECONFIG", config.toString());
        // Several run on one machine.
        builder.environment().put("PENSTOCK_ADMIN", "0");
        return new OperatorProcess(builder.start(), log);
    }

    /** What it has logged. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The commands of the docs, run one after the other on a new API server. A block of commands begins with {@code ```sh}; a comment such
 * as {@code <!-- needs nodes -->} before it keeps it from this test. YAML in the docs ({@code ```yaml}) is at least taken by the API
 * server.
 */
class DocsST {
    private static final String EMPTY = "an empty cluster";

    @TempDir
    Path folder;
    private KubeAPIServer server;
    private Programs programs;

    @BeforeEach
    void beNewCluster() throws IOException {
        server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig().build());
        server.start();
        programs = new Programs(folder, server.getKubeConfigYaml());
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void shouldInstallAsWritten() throws IOException {
        List<DocsBlocks.Block> blocks = DocsBlocks.of("install.md");
        assertThat(blocks).hasSizeGreaterThan(8);
        run(blocks.stream().filter(b -> b.needs().isEmpty()));
    }

    @Test
    void shouldInstallWithoutHelmAsWritten() throws IOException {
        run(DocsBlocks.of("install.md").stream().filter(b -> b.needs().equals(EMPTY)));
        assertThat(programs.ok("kubectl", "-n", "penstock-system", "get", "mp,mgw,deploy", "-o", "name").lines())
                .containsExactlyInAnyOrder("mediapool.penstock.dev/live", "mediagateway.penstock.dev/front",
                        "deployment.apps/penstock-operator");
    }

    @Test
    void shouldKeepTheClusterSecureAsWritten() throws IOException {
        programs.ok("helm", "install", "penstock", "charts/penstock", "-n", "penstock-system", "--create-namespace");
        run(DocsBlocks.of("security.md").stream().filter(b -> b.needs().isEmpty()));
    }

    @Test
    void shouldLeaveItToGitAsWritten() throws IOException {
        programs.ok("kubectl", "apply", "--server-side", "-f", "charts/penstock/crds");
        run(DocsBlocks.of("gitops.md").stream().filter(b -> b.needs().isEmpty()));
    }

    private void run(Stream<DocsBlocks.Block> blocks) throws IOException {
        List<DocsBlocks.Block> all = blocks.toList();
        assertThat(all).isNotEmpty();
        for (int i : IntStream.range(0, all.size()).toArray()) {
            Path file = Files.writeString(folder.resolve("block-" + i), all.get(i).text());
            if (all.get(i).language().equals("sh")) {
                programs.ok("bash", "-euxo", "pipefail", file.toString());
            } else {
                programs.ok("kubectl", "apply", "--dry-run=server", "-f", file.toString());
            }
        }
    }
}

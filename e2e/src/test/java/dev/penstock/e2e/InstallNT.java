package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The beginning of {@code docs/install.md} on nodes, as it is written, up to the stream that plays at the forwarded port; then as
 * the page ends. Only the images are the tests' own. Runs after all others: their release has to go first.
 */
class InstallNT {
    private static final String INSTALL = "helm install penstock charts/penstock --namespace penstock-system --create-namespace";
    private static final String FORWARD = "port-forward service/front-gateway 8080:80";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void shouldPlayAfterWhatThePageSays() throws IOException {
        NodeCluster cluster = NodeCluster.get();
        Programs programs = cluster.programs();
        programs.ok("helm", "uninstall", NodeCluster.RELEASE, "--namespace", NodeCluster.NAMESPACE);
        programs.ok("kubectl", "delete", "namespace", NodeCluster.NAMESPACE, "--wait=false");
        cluster.await("the other release is gone", LIMIT,
                () -> cluster.client().namespaces().withName(NodeCluster.NAMESPACE).get() == null);

        List<DocsBlocks.Block> blocks = DocsBlocks.of("install.md");
        int end = 0;
        while (!blocks.get(end).text().contains(FORWARD)) {
            end++;
        }
        for (DocsBlocks.Block block : blocks.subList(0, end + 1)) {
            run(programs, block.text().replace(INSTALL, INSTALL + " --values " + NodeCluster.VALUES)
                    .replace(FORWARD, FORWARD + """
                             > /dev/null &
                            trap 'kill %1' EXIT
                            curl -fsS --retry 30 --retry-connrefused --retry-delay 1 -o page.html http://localhost:8080/
                            curl -fsS -o list.m3u8 http://localhost:8080/live/penstock-system/camera/index.m3u8
                            """));
        }
        assertThat(blocks.getLast().text()).contains("kubectl delete crd");
        run(programs, "helm uninstall penstock --namespace penstock-system\n"
                // Made by the parts of the page that need no nodes.
                + "kubectl create namespace video\nkubectl create namespace cameras");
        run(programs, blocks.getLast().text());
    }

    private void run(Programs programs, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("block"),
                text.replace("page.html", folder.resolve("page.html").toString())
                        .replace("list.m3u8", folder.resolve("list.m3u8").toString()));
        programs.ok("bash", "-euxo", "pipefail", file.toString());
    }
}

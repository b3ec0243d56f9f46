package dev.penstock.e2e;

import java.time.Duration;
import java.util.Locale;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two minutes without an API server: the data plane goes on, a container that starts again too, and the status catches up. */
class OutageNT {
    private static final Duration AWAY = Duration.ofSeconds(Long.getLong("outage.seconds", 120));
    private static NodeCluster cluster;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @Test
    void shouldServeWhileTheApiServerIsAway() {
        Assumptions.assumeTrue(System.getenv("E2E_NETNS") != null,
                "only on a cluster of e2e/cluster: somebody else's API server is not stopped");
        String owner = cluster.owner();
        String node = cluster.client().pods().inNamespace(NodeCluster.NAMESPACE).withName(owner).get().getSpec()
                .getNodeName();
        try (HlsViewer viewer = HlsViewer.start(cluster.playlist())) {
            cluster.await("3 segments before", Duration.ofMinutes(1), () -> viewer.has(3));
            viewer.take();
            long longest = 0;
            int failed = 0;
            host("control", "pkill", "-STOP", "kube-apiserver");
            long end = System.nanoTime() + AWAY.toNanos();
            try {
                // The container of the pod, as if it had crashed: the kubelet starts it again by itself.
                host(node, "pkill", "-KILL", "-f", "java.options serve --pool live ");
                while (System.nanoTime() < end) {
                    pause(Duration.ofSeconds(40));
                    HlsViewer.Seen seen = viewer.take();
                    assertThat(seen.segments()).as("segments while the API server is away: %s", seen).isGreaterThan(2);
                    longest = Math.max(longest, seen.longest());
                    failed += seen.errors().size();
                }
            } finally {
                host("control", "pkill", "-CONT", "kube-apiserver");
            }
            System.err.printf(Locale.ROOT, "seen: outage: %.1f s without a new segment, %d failed requests%n",
                    longest / 1000.0, failed);
        }
        cluster.kubectl("wait", "mediapool/live", "livestream/camera", "recording/camera", "--for=condition=Ready",
                "--timeout=4m");
    }

    private static void host(String host, String... command) {
        String[] all = new String[command.length + 3];
        all[0] = "e2e/cluster";
        all[1] = "host";
        all[2] = host;
        System.arraycopy(command, 0, all, 3, command.length);
        cluster.programs().ok(all);
    }

    /** The outage takes this long: the time is what is tested. */
    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

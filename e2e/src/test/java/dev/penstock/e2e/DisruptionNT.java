package dev.penstock.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

import dev.penstock.dataplane.store.layout.SegmentName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a viewer and a recording notice of pods that come and go. The limits are wide, for slow machines; what was seen is printed, and
 * docs/reliability.md says what to expect.
 */
class DisruptionNT {
    private static final Duration BACK = Duration.ofSeconds(120);
    private static NodeCluster cluster;
    private static HlsViewer viewer;
    private Instant began;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
        viewer = HlsViewer.start(cluster.playlist());
    }

    @AfterAll
    static void leave() {
        viewer.close();
    }

    @BeforeEach
    void settle() {
        cluster.kubectl("wait", "mediapool/live", "mediagateway/front", "--for=condition=Ready", "--timeout=4m");
        viewer.take();
        cluster.await("3 segments before", BACK, () -> viewer.has(3));
        viewer.take();
        began = Instant.now();
    }

    @AfterEach
    void tell(TestInfo test) {
        cluster.await("3 segments after", BACK, () -> viewer.has(3));
        HlsViewer.Seen seen = viewer.take();
        long hole = longestHole(began);
        System.err.printf(Locale.ROOT,
                "seen: %s: %.1f s without a new segment, recording without %.1f s, %d segments, %d failed requests, pods %s%s%n",
                test.getDisplayName(), seen.longest() / 1000.0, hole / 1000.0, seen.segments(), seen.errors().size(),
                seen.pods(),
                seen.errors().isEmpty() ? "" : ", first " + seen.errors().getFirst());
        assertThat(seen.backwards()).as("media sequence went back").isZero();
        assertThat(seen.longest()).as("ms without a new segment").isLessThan(45_000);
        assertThat(hole).as("ms that the recording has not").isLessThan(45_000);
    }

    @Test
    void shouldGoOnWhenTheOwnerIsKilled() {
        String owner = cluster.owner();
        String before = uid(owner);
        cluster.kubectl("delete", "pod", owner, "--grace-period=0", "--force");
        cluster.await(owner + " is another pod", BACK, () -> !before.equals(uid(owner)));
        cluster.kubectl("rollout", "status", "statefulset/live", "--timeout=4m");
    }

    @Test
    void shouldGoOnWhenTheNodeOfTheOwnerIsDrained() {
        String node = cluster.client().pods().inNamespace(NodeCluster.NAMESPACE).withName(cluster.owner()).get()
                .getSpec()
                .getNodeName();
        try {
            cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=4m",
                    "--pod-selector", "penstock.dev/pool=live");
            cluster.await("3 segments elsewhere", BACK, () -> viewer.has(3));
        } finally {
            cluster.kubectl("uncordon", node);
        }
        cluster.kubectl("rollout", "status", "statefulset/live", "--timeout=4m");
    }

    @Test
    void shouldGoOnWhileAnUpgradeReplacesAllPods() {
        List<String> before = cluster.pods("penstock.dev/pool", "live").stream().map(p -> p.getMetadata().getUid())
                .toList();
        cluster.programs().ok("helm", "upgrade", NodeCluster.RELEASE, "charts/penstock", "--namespace",
                NodeCluster.NAMESPACE, "--reuse-values", "--set-json",
                "pools=[{\"name\":\"live\",\"spec\":{\"modes\":[\"Live\"],\"replicas\":2,\"gatewayRef\":{\"name\":\"front\"},"
                        + "\"resources\":{\"requests\":{\"cpu\":\"" + (51 + Instant.now().getEpochSecond() % 97)
                        + "m\","
                        + "\"memory\":\"256Mi\"},\"limits\":{\"memory\":\"1Gi\"}},"
                        + "\"spool\":{\"medium\":\"Disk\",\"size\":\"1Gi\"}}}]");
        cluster.await("all pods are new", Duration.ofMinutes(4), () -> {
            List<Pod> now = cluster.pods("penstock.dev/pool", "live");
            return now.size() == before.size()
                    && now.stream().noneMatch(p -> before.contains(p.getMetadata().getUid()));
        });
        cluster.kubectl("rollout", "status", "statefulset/live", "--timeout=4m");
    }

    @Test
    void shouldGoOnWhenHaproxyIsKilled() {
        String pod = cluster.pods("penstock.dev/gateway", "front").getFirst().getMetadata().getName();
        cluster.kubectl("delete", "pod", pod, "--grace-period=0", "--force");
        cluster.kubectl("rollout", "status", "deployment/front-gateway", "--timeout=4m");
    }

    @Test
    void shouldGoOnWhenTheOperatorIsKilled() {
        for (Pod pod : cluster.pods("app.kubernetes.io/name", "penstock-operator")) {
            cluster.kubectl("delete", "pod", pod.getMetadata().getName(), "--grace-period=0", "--force");
        }
        cluster.kubectl("rollout", "status", "deployment/penstock-operator", "--timeout=4m");
    }

    private static String uid(String pod) {
        Pod found = cluster.client().pods().inNamespace(NodeCluster.NAMESPACE).withName(pod).get();
        return found == null ? "" : found.getMetadata().getUid();
    }

    /**
     * The longest time between the end of a segment and the start of the next one in the store, from a moment on. Segments that are on
     * their way are waited for: the store has one that starts now.
     */
    private static long longestHole(Instant from) {
        try (Bucket bucket = new Bucket(cluster)) {
            long now = Instant.now().toEpochMilli();
            cluster.await("a segment of now in the store", BACK,
                    () -> bucket.segments("camera").stream().anyMatch(s -> s.endEpochMs() > now));
            List<SegmentName> all = bucket.segments("camera").stream().filter(s -> s.endEpochMs() > from.toEpochMilli())
                    .sorted(Comparator.comparingLong(SegmentName::startEpochMs)).toList();
            long longest = 0;
            for (int i = 1; i < all.size(); i++) {
                longest = Math.max(longest, all.get(i).startEpochMs() - all.get(i - 1).endEpochMs());
            }
            return longest;
        }
    }
}

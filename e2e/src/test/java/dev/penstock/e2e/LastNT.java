package dev.penstock.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.penstock.e2e.AuditLog.Request;

import static org.assertj.core.api.Assertions.assertThat;

/** What a whole run has left behind: writes when nothing happens, requests that were denied, secrets where they must not be. Runs last. */
class LastNT {
    private static final Duration QUIET = Duration.ofSeconds(Long.getLong("quiet.seconds", 60));
    private static final int STREAMS = 20;
    private static final Set<String> ACCOUNTS = Stream.of("penstock-operator", "live", "front-gateway")
            .map(name -> "system:serviceaccount:" + NodeCluster.NAMESPACE + ":" + name).collect(Collectors.toSet());
    private static NodeCluster cluster;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @Test
    void shouldWriteNothingWhileNothingHappens() throws InterruptedException {
        cluster.programs().ok("bash", "-c", "kubectl apply --namespace " + NodeCluster.NAMESPACE + " -f - <<'YAML'\n"
                + IntStream.range(0, STREAMS).mapToObj(i -> """
                        apiVersion: penstock.dev/v1alpha1
                        kind: LiveStream
                        metadata: {name: quiet-%d, labels: {quiet: "yes"}}
                        spec:
                          poolRef: {name: live}
                          source: {pull: {urls: [{url: "http://test-camera/live/default/camera/stream.ts"}]}}
                        """.formatted(i)).collect(Collectors.joining("---\n")) + "YAML\n");
        cluster.kubectl("wait", "livestream", "-l", "quiet=yes", "--for=condition=Live", "--timeout=4m");
        // The numbers of streams that have just come are written once more, and a viewer of the test before counts for a minute.
        Thread.sleep(Duration.ofSeconds(105));
        Instant since = Instant.now();
        Thread.sleep(QUIET);
        List<Request> writes = audit().requests().stream()
                .filter(r -> r.isWrite() && r.user().startsWith("system:serviceaccount:" + NodeCluster.NAMESPACE + ":")
                        && !r.time().isBefore(since) && !r.resource().equals("coordination.k8s.io/leases")
                        // A recording that runs grows: its counters are written twice a minute.
                        && !r.resource().equals("penstock.dev/recordings/status"))
                .toList();
        cluster.kubectl("delete", "livestream", "-l", "quiet=yes");
        assertThat(writes).as("writes in %s with %d streams live", QUIET, STREAMS).isEmpty();
    }

    @Test
    void shouldNeverHaveBeenDenied() {
        // The pods of a pool that is deleted end a little after their rights.
        assertThat(audit().requests())
                .filteredOn(r -> r.code() == 403 && ACCOUNTS.contains(r.user())
                        && cluster.client().namespaces().withName(r.namespace()).get() != null)
                .isEmpty();
    }

    @Test
    void shouldUseAllThatPodsMay() throws IOException {
        Assumptions.assumeTrue(LastRights.isWhole("NT"), "only the whole tier uses every right");
        String pods = "system:serviceaccount:" + NodeCluster.NAMESPACE + ":live";
        loseStore(pods);
        Set<String> used = audit().requests().stream().filter(r -> r.user().equals(pods) && r.code() != 403)
                .map(r -> r.resource() + " " + r.verb()).collect(Collectors.toSet());
        Set<String> granted = new TreeSet<>();
        cluster.client().rbac().roles().inNamespace(NodeCluster.NAMESPACE).withName("live-pods").get().getRules()
                .forEach(rule -> rule.getResources().forEach(resource -> rule.getVerbs()
                        .forEach(verb -> granted.add(rule.getApiGroups().getFirst() + "/" + resource + " " + verb))));
        assertThat(granted).isNotEmpty().filteredOn(right -> !used.contains(right)).as("granted to pods and not used")
                .isEmpty();
    }

    /** Pods ask whether a store that was deleted is really gone. */
    private static void loseStore(String pods) {
        cluster.programs().ok("bash", "-c",
                "kubectl apply --namespace " + NodeCluster.NAMESPACE + " -f - <<'YAML'\n"
                        + """
                                apiVersion: penstock.dev/v1alpha1
                                kind: ObjectStore
                                metadata: {name: lost}
                                spec: {s3: {endpoint: "http://minio:9000", bucket: recordings, pathStyle: true, secretRef: {name: minio}}}
                                """
                        + "YAML\n");
        cluster.kubectl("wait", "objectstore/lost", "--for=jsonpath={.status.writable}=true", "--timeout=2m");
        cluster.kubectl("delete", "objectstore", "lost");
        cluster.await("pods ask for the store that was deleted", Duration.ofMinutes(1),
                () -> audit().requests().stream().anyMatch(r -> r.user().equals(pods) && r.verb().equals("get")
                        && r.resource().equals("penstock.dev/objectstores") && r.name().equals("lost")));
    }

    /** Two operators see every change; one of them tells of it. */
    @Test
    void shouldTellNothingTwice() {
        assertThat(cluster.client().v1().events().inNamespace(NodeCluster.NAMESPACE).list().getItems())
                .filteredOn(e -> "penstock-operator".equals(e.getReportingComponent()))
                .extracting(e -> e.getInvolvedObject().getKind() + "/" + e.getInvolvedObject().getName() + " "
                        + e.getReason()
                        + " " + e.getMessage() + " " + e.getFirstTimestamp())
                .isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void shouldShowNoSecretAnywhere() throws IOException, InterruptedException {
        List<String> secrets = cluster.client().secrets().inNamespace(NodeCluster.NAMESPACE).withName("minio").get()
                .getData()
                .entrySet().stream().filter(e -> e.getKey().startsWith("secret"))
                .map(e -> new String(Base64.getDecoder().decode(e.getValue()), StandardCharsets.UTF_8))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(secrets).isNotEmpty();
        secrets.add(PublishNT.KEY);
        List<String> texts = new ArrayList<>();
        texts.add(cluster.kubectl("get", "penstock,events,configmaps,deployments,statefulsets,pods", "-o", "yaml"));
        for (Pod pod : cluster.client().pods().inNamespace(NodeCluster.NAMESPACE).list().getItems()) {
            String name = pod.getMetadata().getName();
            if (pod.getMetadata().getLabels().containsValue("minio")) {
                continue;
            }
            texts.add(cluster.kubectl("logs", name, "--all-containers"));
            if (pod.getMetadata().getLabels().containsKey("penstock.dev/pool")) {
                texts.add(metrics(pod));
            }
            if (pod.getMetadata().getLabels().containsKey("penstock.dev/gateway")) {
                String files = cluster.kubectl("exec", name, "-c", "haproxy", "--", "sh", "-c",
                        "cat /var/run/penstock/*.cfg /var/run/penstock/*.map");
                assertThat(files).as("what HAProxy reads").contains("frontend ");
                texts.add(files);
            }
        }
        for (String secret : secrets) {
            assertThat(texts).as("texts with a secret").noneMatch(text -> text.contains(secret));
        }
    }

    private static String metrics(Pod pod) throws IOException, InterruptedException {
        try (var forward = cluster.client().pods().resource(pod).portForward(9090)) {
            return HttpClient.newHttpClient().send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static AuditLog audit() {
        String state = System.getenv("E2E_STATE");
        Assumptions.assumeTrue(state != null, "only a cluster of e2e/cluster has an audit log that the tests may read");
        return AuditLog.of(Path.of(state, "audit.log"));
    }
}

package dev.penstock.e2e;

import java.time.Duration;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Pools that cannot run, as docs/troubleshooting.md says them (the rows that need nodes); all heal without a pod being deleted by hand. */
class PoolTroubleNT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String SPACE = "trouble";
    private static NodeCluster cluster;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @BeforeEach
    void makeRoom() {
        cluster.client().namespaces()
                .resource(new NamespaceBuilder().withNewMetadata().withName(SPACE).endMetadata().build())
                .create();
    }

    @AfterEach
    void cleanUp() {
        cluster.client().namespaces().withName(SPACE).delete();
        cluster.await(SPACE + " is gone", LIMIT, () -> cluster.client().namespaces().withName(SPACE).get() == null);
    }

    @Test
    void shouldSayThatAnImageCannotBePulledAndHealWhenItIsPutRight() {
        pool("image: penstock/no-such-image:0");
        shows("ImageError", "no-such-image");
        patch("{\"spec\":{\"image\":null}}");
        heals();
        // And the other way: a pool that ran is rolled out onto a bad image and back.
        patch("{\"spec\":{\"image\":\"penstock/no-such-image:1\"}}");
        shows("ImageError", "no-such-image");
        patch("{\"spec\":{\"image\":null}}");
        heals();
    }

    @Test
    void shouldSayThatTheImageOfAGatewayCannotBePulledAndHealWhenItIsPutRight() {
        apply("MediaGateway", "{image: penstock/no-such-image:0}");
        cluster.await("kubectl get mgw shows ImageError", LIMIT,
                () -> space("get", "mediagateway", "small", "-o", "wide").contains("ImageError"));
        assertThat(space("describe", "mediagateway", "small")).contains("no-such-image");
        space("patch", "mediagateway", "small", "--type=merge", "--patch",
                "{\"spec\":{\"image\":\"penstock/haproxy:test\"}}");
        space("wait", "mediagateway/small", "--for=condition=Ready", "--timeout=4m");
    }

    @Test
    void shouldSayThatNoNodeHasRoomAndHealWhenItAsksForLess() {
        pool("resources: {requests: {cpu: \"999\"}}");
        shows("Unschedulable", "nodes are available");
        patch("{\"spec\":{\"resources\":{\"requests\":{\"cpu\":\"10m\"}}}}");
        heals();
    }

    @Test
    void shouldSayThatAQuotaForbidsPodsAndHealWhenItIsRaised() {
        space("create", "quota", "few", "--hard=pods=0");
        pool("resources: {requests: {cpu: 10m}}");
        shows("QuotaExceeded", "exceeded quota");
        space("delete", "quota", "few");
        heals();
    }

    @Test
    void shouldSayThatTheContainerEndsAgainAndAgain() {
        pool("image: penstock/minio:test");
        shows("Crashing", "ends again and again");
    }

    @Test
    void shouldLeaveAServiceOfSomebodyElseAloneAndHealWhenItIsGone() {
        space("create", "service", "externalname", "small", "--external-name", "somewhere.example");
        pool("resources: {requests: {cpu: 10m}}");
        shows("NameConflict", "Service small: belongs to somebody else");
        assertThat(space("get", "service", "small", "-o", "jsonpath={.spec.externalName}"))
                .isEqualTo("somewhere.example");
        space("delete", "service", "small");
        heals();
    }

    @Test
    void shouldRefuseToChangeTheSpoolOfAPoolThatRuns() {
        Programs.Said said = cluster.programs().run("kubectl", "--namespace", NodeCluster.NAMESPACE, "patch",
                "mediapool",
                "live", "--type=merge", "--patch", "{\"spec\":{\"spool\":{\"medium\":\"Memory\"}}}");
        assertThat(said.code()).isNotZero();
        assertThat(said.error()).contains("spec.spool", "expected:");
    }

    private static void pool(String spec) {
        apply("MediaPool", "{modes: [Live], replicas: 1, spool: {size: 64Mi}, " + spec + "}");
    }

    private static void apply(String kind, String spec) {
        cluster.programs().ok("bash", "-c", """
                kubectl apply --namespace %s -f - <<'YAML'
                apiVersion: penstock.dev/v1alpha1
                kind: %s
                metadata: {name: small}
                spec: %s
                YAML
                """.formatted(SPACE, kind, spec));
    }

    private static void patch(String patch) {
        space("patch", "mediapool", "small", "--type=merge", "--patch", patch);
    }

    private static void shows(String reason, String sentence) {
        cluster.await("kubectl get mp shows " + reason, LIMIT,
                () -> space("get", "mediapool", "small", "-o", "wide").contains(reason));
        assertThat(space("describe", "mediapool", "small")).contains(sentence);
    }

    private static void heals() {
        space("wait", "mediapool/small", "--for=condition=Ready", "--timeout=4m");
    }

    private static String space(String... arguments) {
        return cluster.kubectl(join(arguments));
    }

    private static String[] join(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--namespace";
        all[1] = SPACE;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return all;
    }
}

package dev.penstock.e2e;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.penstock.api.v1alpha1.Spool.Medium;

import static org.assertj.core.api.Assertions.assertThat;

/** Spools of each medium, seen by a sidecar that the pool's template adds; and a tenant who wants what the pool does not permit. */
class SpoolNT {
    private static NodeCluster cluster;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @AfterEach
    void cleanUp() {
        cluster.kubectl("delete", "recording/spooled", "livestream/spooled", "livestream/sly", "livestream/curious",
                "mediapool/spools", "--ignore-not-found");
        cluster.kubectl("delete", "pvc", "-l", "penstock.dev/pool=spools", "--ignore-not-found");
        cluster.await("its pods are gone", Duration.ofMinutes(3),
                () -> cluster.pods("penstock.dev/pool", "spools").isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Medium.class)
    void shouldRecordThroughASpoolThatASidecarReads(Medium medium) {
        String name = switch (medium) {
            case DISK -> "Disk";
            case MEMORY -> "Memory";
            case CLAIM -> "Claim";
        };
        cluster.programs().ok("bash", "-c", """
                kubectl apply --namespace %s -f - <<'YAML'
                apiVersion: penstock.dev/v1alpha1
                kind: MediaPool
                metadata: {name: spools}
                spec:
                  modes: [Live]
                  replicas: 1
                  drainTimeout: 1s
                  spool: {medium: %s, size: 256Mi}
                  resources: {requests: {cpu: 10m}, limits: {memory: 1Gi}}
                  podTemplate:
                    spec:
                      containers:
                        - name: reader
                          image: penstock/tools:test
                          command: [busybox, sh, -c, "trap exit TERM; sleep infinity & wait"]
                          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                          volumeMounts: [{name: data, mountPath: /spool, readOnly: true}]
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: spooled}
                spec:
                  poolRef: {name: spools}
                  source: {pull: {urls: [{url: "http://test-camera/live/default/camera/stream.ts"}]}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: Recording
                metadata: {name: spooled}
                spec: {streamRef: {name: spooled}, storeRef: {name: minio}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: sly}
                spec:
                  poolRef: {name: spools}
                  source: {pull: {urls: [{command: [/bin/cat, /etc/passwd]}]}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: curious}
                spec:
                  poolRef: {name: spools}
                  source: {pull: {urls: [{url: "file:///etc/passwd"}]}}
                YAML
                """.formatted(NodeCluster.NAMESPACE, name));
        cluster.kubectl("wait", "mediapool/spools", "livestream/spooled", "recording/spooled", "--for=condition=Ready",
                "--timeout=4m");
        cluster.await("the sidecar sees a segment", Duration.ofMinutes(2), () -> cluster
                .kubectl("exec", "spools-0", "-c", "reader", "--", "find", "/spool/spool", "-name", "*.ts")
                .contains(".ts"));
        for (String refused : new String[]{"sly", "curious"}) {
            cluster.kubectl("wait", "livestream/" + refused, "--for=condition=Stalled", "--timeout=2m");
            assertThat(cluster.kubectl("get", "livestream", refused, "-o", "wide")).contains("NotPermitted");
        }
    }
}

package dev.penstock.operator.reconcile;

import java.lang.reflect.Proxy;
import java.util.Map;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.operator.telemetry.OperatorMetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What goes over the wire, and what happens when the API server answers badly: a mock server says what a real one rarely does. */
@EnableKubernetesMockClient
class ResourceWriterTest {
    private static final String PATH = "/apis/penstock.dev/v1alpha1/namespaces/video/livestreams/door?fieldManager=penstock-operator&force=true";
    private static final Map<String, String> LABELS = Map.of("penstock.dev/partition", "7", "penstock.dev/pool",
            "cams");

    KubernetesMockServer server;
    KubernetesClient client;

    @Test
    void shouldApplyOnlyTheLabelsAndNameTheObjectItMeans() throws Exception {
        server.expect().patch().withPath(PATH).andReturn(200, stream(LABELS)).once();
        write(stream(Map.of()));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeader("Content-Type")).startsWith("application/apply-patch+yaml");
        assertThat(request.getBody().readUtf8()).contains("\"uid\":\"u-1\"", "\"penstock.dev/pool\":\"cams\"")
                .doesNotContain("spec", "status", "resourceVersion");
    }

    @Test
    void shouldAskNothingWhenTheLabelsAreThere() {
        write(stream(LABELS));
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void shouldLeaveItToTheNextRunWhenTheObjectWasDeletedMeanwhile() {
        server.expect().patch().withPath(PATH).andReturn(409,
                new StatusBuilder().withCode(409).withReason("Conflict").withMessage("Precondition failed: UID")
                        .build())
                .once();
        assertThatThrownBy(() -> write(stream(Map.of()))).isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("Precondition failed");
    }

    @Test
    void shouldSayWhyWhenTheServerRefuses() {
        server.expect().patch().withPath(PATH)
                .andReturn(403,
                        new StatusBuilder().withCode(403).withReason("Forbidden").withMessage("no right").build())
                .once();
        assertThatThrownBy(() -> write(stream(Map.of()))).isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("no right");
    }

    private void write(LiveStream stream) {
        new ResourceWriter(new OperatorMetrics()).labels(stream, new LiveStream(), LABELS,
                context());
    }

    private static LiveStream stream(Map<String, String> labels) {
        LiveStream stream = new LiveStream();
        stream.setMetadata(new ObjectMetaBuilder().withNamespace("video").withName("door").withUid("u-1")
                .withResourceVersion("5").withLabels(labels).build());
        return stream;
    }

    /** A context that has a client and nothing else. */
    @SuppressWarnings("unchecked")
    private Context<LiveStream> context() {
        return (Context<LiveStream>) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Context.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getClient")) {
                        return client;
                    }
                    throw new IllegalStateException(method + ": not expected to be asked");
                });
    }
}

package dev.penstock.operator.resolve;

import java.util.Optional;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;

import static org.assertj.core.api.Assertions.assertThat;

class BaseUrlsTest {
    @Test
    void shouldBeTheServiceInsideTheClusterByDefault() {
        assertThat(BaseUrls.of(pool(""), Optional.empty(), "cluster.local"))
                .isEqualTo("http://cams.video.svc.cluster.local");
    }

    @Test
    void shouldPreferThePoolsOwnUrl() {
        assertThat(BaseUrls.of(pool("publicUrl: https://tv.example.com/a/"),
                Optional.of(gateway("host: b.example.com")), "x"))
                .isEqualTo("https://tv.example.com/a");
    }

    @Test
    void shouldBeTheGatewaysWithItsPortIfUnusual() {
        assertThat(BaseUrls.of(gateway("host: b.example.com"))).contains("http://b.example.com");
        assertThat(BaseUrls.of(gateway("host: b.example.com, tls: {secretRef: {name: t}}")))
                .contains("https://b.example.com");
        assertThat(BaseUrls
                .of(Serialization.unmarshal("spec: {host: b, ports: {http: 8080, https: 8443}}", MediaGateway.class)))
                .contains("http://b:8080");
        assertThat(BaseUrls.of(gateway("provider: None"))).isEmpty();
        assertThat(BaseUrls.of(pool(""), Optional.of(gateway("host: b.example.com")), "x"))
                .isEqualTo("http://b.example.com");
    }

    private static MediaPool pool(String spec) {
        return Serialization.unmarshal("metadata: {name: cams, namespace: video}\nspec: {" + spec + "}",
                MediaPool.class);
    }

    private static MediaGateway gateway(String spec) {
        return Serialization.unmarshal("spec: {ports: {http: 80, https: 443}, " + spec + "}", MediaGateway.class);
    }
}

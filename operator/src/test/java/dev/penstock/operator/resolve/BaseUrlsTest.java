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

    @Test
    void shouldTellRtmpPublishersWhoCarriesThem() {
        assertThat(BaseUrls.rtmp(pool(""), Optional.empty(), "cluster.local"))
                .contains("rtmp://cams.video.svc.cluster.local");
        assertThat(BaseUrls.rtmp(pool("publicUrl: https://tv.example.com"), Optional.empty(), "x")).isEmpty();
        assertThat(rtmp("host: b.example.com")).contains("rtmp://b.example.com");
        assertThat(rtmp("host: b.example.com, tls: {secretRef: {name: t}}")).contains("rtmps://b.example.com:1935");
        assertThat(rtmp("provider: HaproxyIngress, host: b.example.com")).isEmpty();
        assertThat(rtmp("provider: Managed")).as("no address yet").isEmpty();
    }

    private static Optional<String> rtmp(String gateway) {
        String provider = gateway.contains("provider") ? "" : "provider: Managed, ";
        return BaseUrls.rtmp(pool(""), Optional.of(gateway(provider + gateway)), "x");
    }

    private static MediaPool pool(String spec) {
        return Serialization.unmarshal("metadata: {name: cams, namespace: video}\nspec: {" + spec + "}",
                MediaPool.class);
    }

    private static MediaGateway gateway(String spec) {
        return Serialization.unmarshal("spec: {ports: {http: 80, https: 443, rtmp: 1935}, " + spec + "}",
                MediaGateway.class);
    }
}

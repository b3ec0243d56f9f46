package dev.penstock.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import dev.penstock.api.ServedFeatures.NotServed;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;

import static org.assertj.core.api.Assertions.assertThat;

class ServedFeaturesTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldServeAPlainStream() {
        LiveStream stream = parse(LiveStream.class,
                """
                        spec:
                          source: {pull: {urls: [{url: "http://cam/1.ts", secretRef: {name: a}}, {command: [/bin/cat, /a]}, {url: "srt://cam:9000", secretRef: {name: b}}, {url: "rtsp://cam/1", secretRef: {name: a}, rtspTransport: UDP}, {url: "rtmps://cam/live/1", secretRef: {name: a}}], order: Shuffle, minBitrate: 1M, warmStandby: true, proxy: {url: "http://proxy:1"}}}
                          onDemand: {enabled: true, prewarm: true, linger: 10s}
                          offline: true
                          fallback: {slate: {storeRef: {name: a}, path: b}}
                          segment: {format: TS}
                          http: {aliases: [/pipe.ts], preamble: {storeRef: {name: a}, path: b}}
                          access: {signedUrlSecretRef: {name: a}, jwt: {jwksUrl: "https://a/b"}, basicSecretRef: {name: a}, bearerSecretRef: {name: a}, origins: ["https://a"]}
                          limits: {softViewers: 8, hardViewers: 10, perAddress: 2, fullStatus: 404}
                        """);
        assertThat(ServedFeatures.of(stream.getSpec())).isEmpty();
    }

    @Test
    void shouldServePublishers() {
        LiveStream stream = parse(LiveStream.class,
                "spec: {source: {push: {keySecretRef: {name: a}, secondPublisher: Replace}}, reconnectWindow: 5s, access: {authWebhook: {url: \"http://a\"}}}");
        assertThat(ServedFeatures.of(stream.getSpec())).isEmpty();
        assertThat(ServedFeatures.of(
                parse(MediaPool.class, "spec: {modes: [Live], authWebhook: {url: \"http://a\"}}").getSpec()))
                .isEmpty();
    }

    @Test
    void shouldNameFieldValueAndWhatIsServed() {
        LiveStream stream = parse(LiveStream.class,
                """
                        spec: {source: {pull: {urls: [{url: "http://cam/1.ts"}, {url: "tcp://cam:1", secretRef: {name: a}}, {url: "https://cam/a/x.m3u8?t=1"}]}}}
                        """);
        assertThat(ServedFeatures.of(stream.getSpec())).extracting(NotServed::message).containsExactly(
                "spec.source.pull.urls[1].secretRef: for tcp is not served yet (expected: a source without authentication)");
    }

    @Test
    void shouldBeListedInTheStatusPage() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/status.md"));
        List<NotServed> all = new ArrayList<>();
        all.addAll(ServedFeatures.of(parse(LiveStream.class,
                """
                        spec:
                          source:
                            pull:
                              urls: [{url: "udp://0.0.0.0:2", secretRef: {name: a}}]
                          onDemand: {enabled: true, prewarm: true}
                          renditions: [{name: a, videoBitrate: 1M}]
                        """)
                .getSpec()));
        all.addAll(ServedFeatures.of(parse(Recording.class, """
                spec:
                  streamSelector: {}
                  storeRef: {name: a}
                  failedSegments: {storeRef: {name: a}}
                  renditions: {include: [p720], exclude: [source]}
                  format: FMP4
                  segment: {duration: 8s}
                  outputs: {mp4: {enabled: true}, hls: {enabled: false}}
                  deleteAfter: 1h
                  onDelete: Delete
                  publicUrl: "http://a"
                """).getSpec()));
        all.addAll(ServedFeatures.of(parse(MediaPool.class, """
                spec:
                  modes: [Live, Edge]
                  storages: [{name: a, path: /a}]
                  defaultStoreRef: {name: a}
                  allowedNamespaces: [a]
                  autoscale: {maxReplicas: 3}
                """).getSpec()));
        all.addAll(ServedFeatures
                .of(parse(MediaGateway.class, "spec: {provider: GatewayAPI, podTemplate: {metadata: {}}}").getSpec()));
        all.addAll(ServedFeatures
                .of(parse(MediaGateway.class, "spec: {provider: None, routes: [{path: /a}]}").getSpec()));
        assertThat(all).allSatisfy(missing -> assertThat(page).contains(missing.field().replaceAll("\\[\\d+]", "[]")));
        assertThat(ServedFeatures.of(parse(RenderSession.class, "spec: {}").getSpec())).hasSize(1);
        assertThat(page).contains("| RenderSession | all of it |");
    }

    @Test
    void shouldServeTheSamples() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("samples"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                for (String text : Files.readString(file).split("(?m)^---$")) {
                    if (text.matches("(?sm).*^kind: LiveStream$.*")) {
                        assertThat(ServedFeatures.of(parse(LiveStream.class, text).getSpec())).as(file.toString())
                                .isEmpty();
                    } else if (text.matches("(?sm).*^kind: Recording$.*")) {
                        assertThat(ServedFeatures.of(parse(Recording.class, text).getSpec())).as(file.toString())
                                .isEmpty();
                    } else if (text.matches("(?sm).*^kind: MediaPool$.*")) {
                        assertThat(ServedFeatures.of(parse(MediaPool.class, text).getSpec())).as(file.toString())
                                .isEmpty();
                    }
                }
            }
        }
    }

    private static <T> T parse(Class<T> type, String yaml) {
        return Serialization.unmarshal(yaml, type);
    }
}

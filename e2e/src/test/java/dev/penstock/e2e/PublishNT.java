package dev.penstock.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Urls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Publishers in the cluster, at the URLs that the streams' status says: RTMP through HAProxy, which knows no owner; HTTP through
 * HAProxy, which does; SRT at the pool's Service. Whichever pod they come to, the stream plays through the gateway.
 */
class PublishNT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** Must be in no log. */
    static final String KEY = "a-key-of-the-studio";
    /** Of each kind as many that one of them comes to a pod that does not own it. */
    private static final List<String> STREAMS = List.of("rtmp-0", "rtmp-1", "rtmp-2", "http-0", "srt-0", "srt-1");
    private static NodeCluster cluster;

    @BeforeAll
    static void publish() {
        cluster = NodeCluster.get();
        apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: studio}
                stringData: {key: %s}
                """.formatted(KEY));
        for (String name : STREAMS) {
            apply("""
                    apiVersion: penstock.dev/v1alpha1
                    kind: LiveStream
                    metadata: {name: %s, labels: {studio: "yes"}}
                    spec: {poolRef: {name: live}, source: {push: {keySecretRef: {name: studio}}}}
                    """.formatted(name));
        }
        cluster.kubectl("wait", "livestream", "-l", "studio=yes", "--for=condition=Ready", "--timeout=2m");
        STREAMS.forEach(name -> publisher(name, url(name, KEY), "Always"));
    }

    @AfterAll
    static void clean() {
        cluster.kubectl("delete", "pod,livestream,secret", "-l", "studio=yes", "--ignore-not-found");
        cluster.kubectl("delete", "secret", "studio");
    }

    @Test
    void shouldPlayWhateverPodThePublisherCameTo() throws Exception {
        cluster.kubectl("wait", "livestream", "-l", "studio=yes", "--for=condition=Live", "--timeout=4m");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String name : STREAMS) {
                cluster.await(name + " plays", LIMIT, () -> segments(client, name) >= 3);
            }
        }
        assertThat(cluster.kubectl("get", "livestreams", "-l", "studio=yes", "-o", "yaml"))
                .contains("rtmp", "srt", "http")
                .doesNotContain(KEY);
    }

    @Test
    void shouldTurnAwayWhoHasTheWrongKey() {
        apply("""
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: rtmp-closed, labels: {studio: "yes"}}
                spec: {poolRef: {name: live}, source: {push: {keySecretRef: {name: studio}}}}
                """);
        cluster.kubectl("wait", "livestream/rtmp-closed", "--for=condition=Ready", "--timeout=2m");
        publisher("rtmp-closed", url("rtmp-closed", "guessed"), "Never");
        cluster.await("the publisher has ended", LIMIT, () -> "Failed".equals(cluster.client().pods()
                .inNamespace(NodeCluster.NAMESPACE).withName("publisher-rtmp-closed").get().getStatus().getPhase()));
        assertThat(cluster.kubectl("get", "livestream", "rtmp-closed", "-o", "yaml")).doesNotContain("guessed");
    }

    private static int segments(HttpClient client, String name) {
        URI uri = cluster.url("/live/" + NodeCluster.NAMESPACE + "/" + name + "/media.m3u8");
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return (int) answer.body().lines().filter(line -> line.contains(".ts")).count();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String url(String name, String key) {
        Urls urls = Objects.requireNonNull(cluster.client().resources(LiveStream.class)
                .inNamespace(NodeCluster.NAMESPACE).withName(name).get().getStatus().urls());
        return switch (name.substring(0, name.indexOf('-'))) {
            case "rtmp" -> urls.rtmp() + "?key=" + key;
            case "http" -> urls.publish() + "?key=" + key;
            default -> urls.srt() + ":" + key;
        };
    }

    private static void publisher(String name, String url, String restart) {
        Map<String, String> formats = Map.of("rtmp", "flv", "http", "mpegts", "srt", "mpegts");
        String format = formats.get(name.substring(0, name.indexOf('-')));
        String method = format.equals("mpegts") && url.startsWith("http") ? "-method, POST, " : "";
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: publisher-%1$s, labels: {studio: "yes"}}
                spec:
                  restartPolicy: %2$s
                  terminationGracePeriodSeconds: 1
                  automountServiceAccountToken: false
                  containers:
                    - name: ffmpeg
                      image: penstock/dataplane:0.1.0
                      command: [ffmpeg, -hide_banner, -loglevel, error,
                                -re, -f, lavfi, -i, "testsrc=size=320x180:rate=25",
                                -re, -f, lavfi, -i, "sine=frequency=440:sample_rate=48000",
                                -c:v, libopenh264, -b:v, 300k, -g, "50", -pix_fmt, yuv420p, -c:a, aac,
                                %3$s-f, %4$s, "%5$s"]
                      resources: {requests: {cpu: 10m, memory: 64Mi}, limits: {memory: 256Mi}}
                """.formatted(name, restart, method, format, url));
    }

    private static void apply(String yaml) {
        cluster.programs().ok("bash", "-c",
                "kubectl apply --namespace " + NodeCluster.NAMESPACE + " -f - <<'YAML'\n" + yaml + "YAML\n");
    }
}

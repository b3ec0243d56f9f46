package dev.penstock.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The quickstart on Kubernetes, as its page says it. */
class QuickstartNT {
    private static final int PACKET = 188;
    private static NodeCluster cluster;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @Test
    void shouldPlayThroughTheGatewayFromThePodThatOwnsTheStream() {
        try (HlsViewer viewer = HlsViewer.start(cluster.playlist())) {
            cluster.await("4 segments", Duration.ofSeconds(60), () -> viewer.has(4));
            HlsViewer.Seen seen = viewer.take();
            assertThat(seen.errors()).isEmpty();
            assertThat(seen.pods()).containsExactly(cluster.owner());
        }
    }

    @Test
    void shouldServeTheTransportStreamAsItComes() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest
                .newBuilder(cluster.url("/live/" + NodeCluster.NAMESPACE + "/camera/stream.ts"))
                .build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("penstock-pod")).contains(cluster.owner());
        try (InputStream body = answer.body()) {
            for (int packet = 0; packet < 2_000; packet++) {
                assertThat(body.readNBytes(PACKET)).as("packet %d", packet).hasSize(PACKET).startsWith(0x47);
            }
        }
    }

    @Test
    void shouldShowTheStreamOnThePage() throws IOException, InterruptedException {
        assertThat(get("/").body()).contains("<html");
        assertThat(get("/api/v1/streams").body()).contains("\"camera\"");
    }

    @Test
    void shouldKeepProbesAndMetricsInside() throws IOException, InterruptedException {
        for (String path : new String[]{"/metrics", "/healthz", "/readyz", "/pod", "/nothing"}) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void shouldRecordIntoTheStoreAndPlayFromIt() throws IOException, InterruptedException {
        try (Bucket bucket = new Bucket(cluster)) {
            cluster.await("5 segments in the store", Duration.ofSeconds(90),
                    () -> bucket.segments("camera").size() >= 5);
            cluster.await("a playlist in the store", Duration.ofSeconds(60),
                    () -> bucket.keys().stream().anyMatch(k -> k.endsWith("/master.m3u8")));
        }
        String master = get("/recordings/" + NodeCluster.NAMESPACE + "/camera/index.m3u8").body();
        assertThat(master).startsWith("#EXTM3U").contains("media.m3u8");
    }

    @Test
    void shouldAnswerKubectlWithOneLineEach() {
        String table = cluster.kubectl("get", "livestreams,recordings,mediapools,objectstores,mediagateways");
        assertThat(table).contains("livestream.penstock.dev/camera", "recording.penstock.dev/camera",
                "mediapool.penstock.dev/live", "objectstore.penstock.dev/minio", "mediagateway.penstock.dev/front");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(cluster.url(path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}

package dev.penstock.dataplane.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.Telemetry;
import dev.penstock.wire.PodReport;

import static org.assertj.core.api.Assertions.assertThat;

/** The API, the page and the admin endpoints over a loopback socket. */
class ControlApiTest {
    private static final AtomicReference<Optional<String>> PROBLEM = new AtomicReference<>(Optional.empty());
    private static final FakeCatalog CATALOG = FakeCatalog.full();

    private static final FakeWrites WRITES = new FakeWrites();

    private static Transport transport;
    private static Telemetry telemetry;
    private static HttpServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        telemetry = new Telemetry();
        Health health = new Health();
        health.add("loops", Health.Kind.LIVE, Optional::empty);
        health.add("resources", Health.Kind.READY, PROBLEM::get);
        Router router = new Router();
        new ControlApi(CATALOG, health, WRITES).addTo(router);
        new AdminEndpoints(telemetry, health, () -> new PodReport(true, 7, 2)).addTo(router);
        Page.addTo(router);
        transport = Transport.open(1, "test");
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS, new HttpMetrics(telemetry.registry(), "main"),
                InstantSource.system(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.stop(Duration.ZERO).join();
        telemetry.close();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
        return client.send((headers.length > 0 ? request.headers(headers) : request).build(),
                BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "recordings", "problems", "health", "sessions", "streams/default/lobby",
            "streams/default/lobby/sessions"})
    void shouldTellWhatIsServed(String what) throws Exception {
        HttpResponse<byte[]> answer = get("/api/v1/" + what);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        ObjectMapper json = new ObjectMapper();
        String pretty = json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(answer.body()));
        Golden.assertSame(ControlApiTest.class, what.replace('/', '-') + ".json", pretty + "\n");
    }

    @Test
    void shouldAnswer404WhenThereIsNoSuchStream() throws Exception {
        HttpResponse<byte[]> answer = get("/api/v1/streams/default/none");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo("{\"status\":404,\"error\":\"no stream default/none\"}\n");
    }

    @Test
    void shouldAnswer503WithTheReasonWhenNotReady() throws Exception {
        assertThat(text(get("/readyz"))).isEqualTo("ok\nloops: ok\nresources: ok\n");
        PROBLEM.set(Optional.of("spool: disk full"));
        try {
            assertThat(get("/readyz").statusCode()).isEqualTo(503);
            assertThat(text(get("/readyz"))).isEqualTo("failing\nloops: ok\nresources: spool: disk full\n");
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            assertThat(text(get("/api/v1/health"))).contains("\"live\":true,\"ready\":false");
        } finally {
            PROBLEM.set(Optional.empty());
        }
    }

    @Test
    void shouldSayWhatThePodServes() throws Exception {
        HttpResponse<byte[]> answer = get("/pod");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readValue(answer.body(), PodReport.class)).isEqualTo(new PodReport(true, 7, 2));
        assertThat(text(answer)).isEqualTo("{\"ready\":true,\"epoch\":7,\"streams\":2}");
    }

    @Test
    void shouldServeMetrics() throws Exception {
        get("/healthz");
        HttpResponse<byte[]> answer = get("/metrics");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(answer)).contains(
                "penstock_http_requests_total{route=\"/healthz\",server=\"main\",status=\"2xx\"}",
                "penstock_http_connections{server=\"main\"}", "jvm_memory_used_bytes");
    }

    @Test
    void shouldServeThePageSoThatNothingForeignRuns() throws Exception {
        HttpResponse<byte[]> page = get("/");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).startsWith("default-src 'none'")
                .doesNotContain("unsafe");
        String html = text(page);
        assertThat(html).doesNotContainPattern("(src|href)=\"(https?:)?//").doesNotContainPattern("\\son[a-z]+=")
                .doesNotContain("style=").doesNotContainPattern("<script>");
        assertThat(html).contains("lang=\"en\"", "name=\"viewport\"");
        for (String path : new String[]{"/assets/page.css", "/assets/page.js", "/assets/hls.min.js"}) {
            assertThat(html).contains("\"" + path + "\"");
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(text(get("/assets/page.css"))).doesNotContain("http:", "https:", "@import");
    }

    @Test
    void shouldMakeTheDocumentFromTextOnly() throws Exception {
        assertThat(text(get("/assets/page.js"))).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML",
                "document.write", "eval(", "new Function", "createContextualFragment", "DOMParser");
    }

    @Test
    void shouldSendAssetsCompressedAndOnce() throws Exception {
        HttpResponse<byte[]> plain = get("/assets/hls.min.js");
        HttpResponse<byte[]> gzipped = get("/assets/hls.min.js", "Accept-Encoding", "gzip");
        assertThat(gzipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(gzipped.body()).hasSizeLessThan(plain.body().length / 2);
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(gzipped.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain.body());
        }
        String tag = plain.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/assets/hls.min.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }
}

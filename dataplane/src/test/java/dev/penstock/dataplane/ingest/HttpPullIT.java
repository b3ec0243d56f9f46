package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HttpPullIT extends PullIT {
    private HttpServer server;
    private String base;
    private final AtomicReference<String> authorization = new AtomicReference<>();

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/chunked.ts", exchange -> answer(exchange, "video/MP2T; x=1", 0));
        server.createContext("/sized.ts", exchange -> answer(exchange, "application/octet-stream", FILE.length));
        server.createContext("/untyped.ts", exchange -> answer(exchange, null, 0));
        server.createContext("/page", exchange -> answer(exchange, "text/html", 0));
        server.createContext("/moved", exchange -> move(exchange, "/chunked.ts"));
        server.createContext("/round", exchange -> move(exchange, "round?again"));
        server.createContext("/passwd", exchange -> move(exchange, "file:///etc/passwd"));
        server.start();
    }

    @AfterEach
    void stopServing() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"chunked.ts,true", "sized.ts,false", "untyped.ts,false", "moved,true"})
    void shouldPlay(String path, boolean nio) {
        if (nio) {
            useNio();
        }
        pull(base + "/" + path + "?token=secret");
        sink.awaitEvent("end ");

        assertThat(sink.bytes()).startsWith(FILE);
        assertThat(sink.events().subList(0, 4)).containsExactly("connecting 0", "begin 0", "connected 0",
                "end " + base + "/" + path.replace("moved", "chunked.ts") + " ended the stream");
        assertThat(registry.get("penstock.ingest.received").tag("protocol", "http").counter().count())
                .isGreaterThanOrEqualTo(FILE.length);
        assertThat(sink.events().toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "nothing|/nothing answered 404 Not Found (expected: 200 with video/mp2t)",
            "page|/page answered with text/html (expected: video/mp2t or application/octet-stream)",
            "passwd|/passwd redirected to file:///etc/passwd (expected: http or https)",
            "round|/round redirected more than 5 times"})
    void shouldSayWhatIsWrong(String path, String message) {
        pull(base + "/" + path);
        sink.awaitEvent("failed");

        assertThat(sink.events()).contains("failed 0 " + base + message + "; later");
        assertThat(sink.count("begin")).isZero();
    }

    @Test
    void shouldSendUserAndPassword() {
        pull(new PullConfig.Source(base + "/chunked.ts", java.util.List.of(), "me", "secret", false));
        sink.awaitEvent("begin");

        assertThat(authorization.get()).isEqualTo("Basic bWU6c2VjcmV0");
    }

    @Test
    void shouldFailOverAtOnceToTheNextUrl() {
        pull(PullConfig.Source.url(base + "/nothing"), PullConfig.Source.url(base + "/sized.ts"));
        sink.awaitEvent("connected 1");

        assertThat(sink.events().subList(0, 4)).containsExactly("connecting 0",
                "failed 0 " + base + "/nothing answered 404 Not Found (expected: 200 with video/mp2t); at once",
                "connecting 1", "begin 1");
    }

    @Test
    void shouldSayThatNobodyListens() {
        server.stop(0);
        pull(base + "/chunked.ts");
        sink.awaitEvent("failed");

        assertThat(sink.events()).contains("failed 0 " + base + "/chunked.ts: connection refused; later");
    }

    private void answer(HttpExchange exchange, String type, long length) throws IOException {
        authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.sendResponseHeaders(200, length);
        exchange.getResponseBody().write(FILE);
        exchange.close();
    }

    private static void move(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }
}

package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.penstock.dataplane.ingest.input.ProxyServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProxyPullIT extends PullIT {
    @ParameterizedTest
    @CsvSource({"HTTP,true", "HTTP,false", "SOCKS5,true", "SOCKS5,false"})
    void shouldPlayHttpFromAHostThatOnlyTheProxyKnows(ProxyServer.Kind kind, boolean login) throws IOException {
        HttpServer camera = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        camera.createContext("/a.ts", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(FILE);
            exchange.close();
        });
        camera.start();
        int port = camera.getAddress().getPort();
        try (TestProxy proxy = new TestProxy(login ? "me" : "", "secret")) {
            pullThrough(kind, proxy, login ? "secret" : null, "http://camera.behind:" + port + "/a.ts");
            sink.awaitEvent("end ");

            assertThat(sink.bytes()).startsWith(FILE);
            assertThat(proxy.asked.getFirst())
                    .isEqualTo((kind == ProxyServer.Kind.HTTP ? "CONNECT" : "SOCKS5") + " camera.behind:" + port);
        } finally {
            camera.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyServer.Kind.class)
    void shouldPlayTcpThatSpeaksFirst(ProxyServer.Kind kind) throws IOException {
        try (ServerSocket camera = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                TestProxy proxy = new TestProxy("", "")) {
            pullThrough(kind, proxy, null, "tcp://127.0.0.1:" + camera.getLocalPort());
            try (Socket peer = camera.accept(); OutputStream out = peer.getOutputStream()) {
                out.write(FILE);
            }
            sink.awaitEvent("end ");

            assertThat(sink.bytes()).isEqualTo(FILE);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "HTTP|http://camera.behind:1/a.ts: the proxy says no: status: 407 Proxy Authentication Required",
            "SOCKS5|http://camera.behind:1/a.ts: the proxy says no: authStatus: "})
    void shouldSayThatTheProxyWantsAnotherPassword(ProxyServer.Kind kind, String message) throws IOException {
        try (TestProxy proxy = new TestProxy("me", "secret")) {
            pullThrough(kind, proxy, "wrong", "http://camera.behind:1/a.ts");
            sink.awaitEvent("failed");

            assertThat(sink.events().get(1)).startsWith("failed 0 " + message);
            assertThat(sink.events().toString()).doesNotContain("wrong");
        }
    }

    @Test
    void shouldSayThatTheProxyIsNotThere() throws IOException {
        TestProxy proxy = new TestProxy("", "");
        proxy.close();
        pullThrough(ProxyServer.Kind.HTTP, proxy, null, "tcp://camera.behind:1");
        sink.awaitEvent("failed");

        assertThat(sink.events()).contains("failed 0 tcp://camera.behind:1: proxy http://127.0.0.1:" + proxy.port()
                + ": connection refused; later");
    }

    @ParameterizedTest
    @CsvSource({"udp://239.1.1.1:5000", "unix:///run/a.sock", "file:///a.ts"})
    void shouldRefuseWhatNoProxyCarries(String url) {
        assertThatThrownBy(() -> pull(config("127.0.0.1", 1, ProxyServer.Kind.HTTP, null, url)))
                .hasMessage("source.pull.proxy: http://127.0.0.1:1 with " + url
                        + " (expected: no proxy, or only urls of protocols over TCP)");
    }

    private void pullThrough(ProxyServer.Kind kind, TestProxy proxy, String password, String url) {
        pull(config("127.0.0.1", proxy.port(), kind, password, url));
    }

    private static PullConfig config(String host, int port, ProxyServer.Kind kind, String password, String url) {
        return new PullConfig(List.of(PullConfig.Source.url(url)), PullConfig.Order.PRIORITY, Duration.ofSeconds(5),
                Duration.ofSeconds(5))
                .with(new ProxyServer(kind, host, port, password == null ? null : "me", password));
    }
}

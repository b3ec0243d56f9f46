package dev.penstock.dataplane.http;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLSocket;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The server with TLS, asked by the JDK's client: HTTP/2, HTTP/1.1, and what is neither. */
class HttpsIT {
    private static final HttpLimits LIMITS = new HttpLimits(4096, 16384, 1 << 20, 100, 10_000, Duration.ofSeconds(20),
            Duration.ofSeconds(60), Duration.ofSeconds(60));

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final byte[] large = new byte[1_000_000];
    private Transport transport;
    private HttpServer server;
    private TestCertificate certificate;
    private TlsCertificates certificates;

    @BeforeEach
    void start() throws Exception {
        new Random(7).nextBytes(large);
        Path file = Files.write(folder.resolve("large.bin"), large);
        certificate = TestCertificate.make(folder);
        certificate.write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        certificates = TlsCertificates.read(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        Router router = new Router();
        router.get("/text", exchange -> exchange.send(200, "text/plain", Map.of("ETag", "\"1\""),
                "from " + exchange.remoteAddress()));
        router.get("/large", exchange -> exchange.send(200, "video/mp2t", Map.of(), Unpooled.wrappedBuffer(large)));
        router.get("/file", exchange -> exchange.sendFile("video/mp2t", Map.of(), file));
        router.get("/endless", exchange -> exchange.takeOver("video/mp2t", Map.of())
                .ifPresent(channel -> channel.pipeline().addLast(new Endless(channel))));
        router.get("/pieces", exchange -> {
            AnswerBody body = exchange.stream("text/plain", Map.of(), () -> {});
            body.write(Unpooled.copiedBuffer("one ", StandardCharsets.US_ASCII));
            body.flush();
            exchange.eventLoop().schedule(() -> {
                body.write(Unpooled.copiedBuffer("two", StandardCharsets.US_ASCII));
                body.end();
            }, 50, TimeUnit.MILLISECONDS);
        });
        router.route("POST", "/echo", exchange -> exchange.send(200, "text/plain", Map.of(),
                exchange.body().toString(StandardCharsets.UTF_8)));
        transport = Transport.open(2, "it");
        server = HttpServer.start(transport, router, LIMITS, new HttpMetrics(registry, "it"), InstantSource.system(),
                new HttpServer.Secure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), certificates,
                        Map.of()));
    }

    @AfterEach
    void stop() {
        server.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Writes packets of a viewer as long as the client takes them. */
    private static final class Endless extends ChannelInboundHandlerAdapter {
        private final Channel channel;

        private Endless(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.executor().execute(this::pump);
        }

        private void pump() {
            while (channel.isActive() && channel.isWritable()) {
                channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1880]), channel.voidPromise());
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            pump();
        }
    }

    private HttpClient client(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder().version(version).sslContext(certificate.trusting()).build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldServeAsWithoutTls(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<String> text = client.send(request("/text").build(), BodyHandlers.ofString());
            assertThat(text.version()).isEqualTo(version);
            assertThat(text.body()).isEqualTo("from 127.0.0.1");
            assertThat(text.headers().firstValue("Connection")).isEmpty();
            assertThat(client.send(request("/text").header("If-None-Match", "\"1\"").build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(304);
            assertThat(client.send(request("/nothing").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(404);
            for (String path : List.of("/large", "/file")) {
                HttpResponse<byte[]> whole = client.send(request(path).build(), BodyHandlers.ofByteArray());
                assertThat(whole.statusCode()).isEqualTo(200);
                assertThat(whole.body()).isEqualTo(large);
                HttpResponse<byte[]> part = client.send(request(path).header("Range", "bytes=1000-699999").build(),
                        BodyHandlers.ofByteArray());
                assertThat(part.statusCode()).isEqualTo(206);
                assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 1000, 700_000));
                HttpResponse<byte[]> head = client.send(request(path).HEAD().build(), BodyHandlers.ofByteArray());
                assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(large.length);
                assertThat(head.body()).isEmpty();
            }
            assertThat(client.send(request("/pieces").build(), BodyHandlers.ofString()).body()).isEqualTo("one two");
            assertThat(client.send(request("/echo").POST(HttpRequest.BodyPublishers.ofString("said")).build(),
                    BodyHandlers.ofString()).body()).isEqualTo("said");
            assertThat(client.send(request("/echo").POST(
                    HttpRequest.BodyPublishers.ofByteArray(new byte[2 << 20])).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(413);
            assertThat(client.send(request("/text").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldSendAnEndlessAnswerUntilTheClientLeaves(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<InputStream> endless = client.send(request("/endless").build(), BodyHandlers.ofInputStream());
            assertThat(endless.headers().firstValue("Content-Type")).hasValue("video/mp2t");
            try (InputStream in = endless.body()) {
                assertThat(in.readNBytes(5_000_000)).hasSize(5_000_000);
                // The others go on beside it.
                assertThat(client.send(request("/text").build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void shouldServeManyRequestsAtOnceOnOneConnection() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            client.send(request("/text").build(), BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(client.sendAsync(request(i % 2 == 0 ? "/large" : "/file").build(),
                        BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo(large);
            }
            assertThat(registry.get("penstock.http.connections").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void shouldSpeakHttp1WithAClientThatDoesNotNegotiate() throws Exception {
        try (SSLSocket socket = (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost",
                server.address().getPort())) {
            socket.getOutputStream().write("GET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK").endsWith("from 127.0.0.1");
        }
    }

    @Test
    void shouldCloseAndCountWhatIsNoTls() throws Exception {
        try (Socket socket = new Socket("localhost", server.address().getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET /text HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.US_ASCII)).doesNotContain("HTTP/1.1");
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        await(() -> registry.get("penstock.http.tls.failed").counter().count() == 1);
        await(() -> registry.get("penstock.http.connections").gauge().value() == 0);
    }

    @Test
    void shouldShowTheNewCertificateToNewConnections() throws Exception {
        assertThat(serial()).isEqualTo(certificate.certificate().getSerialNumber().toString());
        TestCertificate old = certificate;
        Files.writeString(folder.resolve("tls.crt"), "broken");
        certificates.look();
        assertThat(serial()).isEqualTo(old.certificate().getSerialNumber().toString());

        TestCertificate renewed = TestCertificate.make(folder);
        renewed.write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        certificates.look();
        certificate = renewed;
        assertThat(serial()).isEqualTo(renewed.certificate().getSerialNumber().toString());
    }

    private String serial() throws Exception {
        try (SSLSocket socket = (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost",
                server.address().getPort())) {
            socket.startHandshake();
            var shown = (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber().toString();
        }
    }

    @Test
    void shouldStopAfterTheLastStream() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            HttpResponse<InputStream> endless = client.send(request("/endless").build(), BodyHandlers.ofInputStream());
            try (InputStream in = endless.body()) {
                assertThat(in.read()).isZero();
                CompletableFuture<Void> stopped = server.stop(Duration.ofSeconds(1));
                stopped.get(5, TimeUnit.SECONDS);
            }
            assertThat(registry.get("penstock.http.connections").gauge().value()).isZero();
        }
    }

    private static void await(BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 100 && !holds.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(holds.getAsBoolean()).isTrue();
    }
}

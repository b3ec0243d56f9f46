package dev.penstock.dataplane.http;

import java.io.IOException;
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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HttpServerIT {
    private static final HttpLimits QUICK = new HttpLimits(4096, 16384, 1 << 20, 100, 10_000, Duration.ofSeconds(5),
            Duration.ofSeconds(5), Duration.ofMillis(800));

    private final Router router = new Router();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Transport transport;
    private HttpServer server;

    @TempDir
    Path folder;

    private void start(String kind, HttpLimits limits) throws IOException {
        transport = kind.equals("nio") ? Transport.nio(2, "it") : Transport.open(2, "it");
        server = HttpServer.start(transport, router, limits, new HttpMetrics(registry, "it"), InstantSource.system(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path)).timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder builder = request(path);
        return client.send((headers.length > 0 ? builder.headers(headers) : builder).build(),
                BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldServeAFileWholeAndInRanges(String kind) throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(folder.resolve("x.ts"), bytes);
        router.get("/file", exchange -> exchange.sendFile("video/mp2t", Map.of(), file));
        router.get("/none", exchange -> exchange.sendFile("video/mp2t", Map.of(), folder.resolve("none")));
        router.get("/folder", exchange -> exchange.sendFile("video/mp2t", Map.of(), folder));
        start(kind, QUICK);

        HttpResponse<byte[]> whole = get("/file");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(bytes);
        HttpResponse<byte[]> part = get("/file", "Range", "bytes=1000000-1999999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 1000000-1999999/3000000");
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 1_000_000, 2_000_000));
        assertThat(get("/file", "Range", "bytes=3000000-").statusCode()).isEqualTo(416);
        String modified = whole.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(get("/file", "Range", "bytes=0-0", "If-Range", modified).statusCode()).isEqualTo(206);
        HttpResponse<Void> head = client.send(request("/file").HEAD().build(), BodyHandlers.discarding());
        assertThat(head.headers().firstValue("Content-Length")).hasValue("3000000");
        assertThat(get("/none").statusCode()).isEqualTo(404);
        assertThat(get("/folder").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldReleaseEveryBufferWhenManyRequestsShareABody(String kind) throws Exception {
        ByteBuf first = ByteBufAllocator.DEFAULT.directBuffer(100_000).writeZero(100_000);
        ByteBuf second = ByteBufAllocator.DEFAULT.directBuffer(50_000).writeZero(50_000);
        ByteBuf shared = Unpooled.wrappedUnmodifiableBuffer(first, second);
        router.get("/shared", exchange -> exchange.send(200, "video/mp2t", Map.of(), shared.retain()));
        start(kind, QUICK);
        for (int i = 0; i < 100; i++) {
            assertThat(get("/shared").body()).hasSize(150_000);
        }
        server.stop(Duration.ofSeconds(5)).join();
        assertThat(shared.refCnt()).isOne();
        shared.release();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldKeepOneConnectionWhenAThousandRequestsFollowEachOther(String kind) throws Exception {
        router.get("/n/{n}",
                exchange -> Thread.ofVirtual()
                        .start(() -> exchange.send(200, "text/plain", Map.of(), exchange.param("n"))));
        start(kind, QUICK);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            InputStream in = socket.getInputStream();
            for (int i = 0; i < 1000; i++) {
                socket.getOutputStream().write(("GET /n/" + (1000 + i) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                String answer = "";
                while (!answer.contains("\r\n\r\n" + (1000 + i))) {
                    byte[] some = new byte[4096];
                    int count = in.read(some);
                    assertThat(count).as(answer).isPositive();
                    answer += new String(some, 0, count, StandardCharsets.US_ASCII);
                }
            }
        }
        assertThat(registry.get("penstock.http.requests").tag("route", "/n/{n}").tag("status", "2xx").counter().count())
                .isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldStreamUntilTheOwnerClosesWhenTakenOver(String kind) throws Exception {
        BlockingQueue<Channel> taken = new LinkedBlockingQueue<>();
        router.get("/stream", exchange -> Thread.ofVirtual().start(() -> {
            Optional<Channel> channel = exchange.takeOver("video/mp2t", Map.of());
            taken.add(channel.orElseThrow());
        }));
        start(kind, QUICK);
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request("/stream").build(),
                BodyHandlers.ofByteArray());
        Channel channel = taken.poll(10, TimeUnit.SECONDS);
        assertThat(channel).isNotNull();
        for (int i = 0; i < 50; i++) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000]));
        }
        channel.close();
        assertThat(answer.get(10, TimeUnit.SECONDS).body()).hasSizeLessThanOrEqualTo(50_000);
        assertThat(answer.join().headers().firstValue("Connection")).hasValue("close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldCutAClientThatDoesNotReadAndServeTheOthers(String kind) throws Exception {
        ByteBuf shared = Unpooled.directBuffer(32 << 20).writeZero(32 << 20);
        router.get("/big", exchange -> exchange.send(200, "video/mp2t", Map.of(), shared.retainedDuplicate()));
        router.get("/small", exchange -> exchange.send(200, "text/plain", Map.of(), "ok"));
        start(kind, QUICK);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8192);
            socket.connect(server.address());
            socket.getOutputStream().write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 20; i++) {
                assertThat(get("/small").statusCode()).isEqualTo(200);
            }
            assertThat(get("/big").body()).hasSize(32 << 20);
            waitFor(() -> shared.refCnt() == 1);
        }
        assertThat(registry.get("penstock.http.timeouts").tag("phase", "answer").counter().count()).isEqualTo(1);
        shared.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldDeliverTheRefusalWhenTheClientUploadsTooMuch(String kind) throws Exception {
        router.route("PUT", "/p", exchange -> exchange.send(200, "text/plain", Map.of(), "ok"));
        start(kind, QUICK);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[3_000_000]);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 413 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldFinishAnswersAndRefuseNewConnectionsWhenStopped(String kind) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
        router.get("/slow", exchange -> {
            waiting.add(exchange);
            asked.countDown();
        });
        start(kind, QUICK);
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request("/slow").build(),
                BodyHandlers.ofString());
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopped = server.stop(Duration.ofSeconds(10));
        assertThat(stopped).isNotDone();
        waiting.take().send(200, "text/plain", Map.of(), "done");
        assertThat(answer.get(5, TimeUnit.SECONDS).body()).isEqualTo("done");
        stopped.get(5, TimeUnit.SECONDS);
        try (Socket socket = new Socket()) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> socket.connect(server.address(), 1000))
                    .isInstanceOf(IOException.class);
        }
    }

    private static void waitFor(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}

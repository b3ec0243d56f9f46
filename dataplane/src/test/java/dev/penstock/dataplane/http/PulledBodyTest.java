package dev.penstock.dataplane.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PulledBodyTest {
    private static final int SIZE = 1_000_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private Transport transport;
    private HttpServer server;
    private volatile Made made = new Made(SIZE, Long.MAX_VALUE);

    /** Bytes that tell their place. */
    private static final class Made implements PulledBody {
        private final long size;
        private final long fails;
        private final AtomicLong read = new AtomicLong();
        private final CountDownLatch closed = new CountDownLatch(1);

        Made(long size, long fails) {
            this.size = size;
            this.fails = fails;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public ByteBuf read(long offset, int most) throws IOException {
            if (offset >= fails) {
                throw new IOException("gone");
            }
            int length = Math.min(most, 10_000);
            read.addAndGet(length);
            ByteBuf piece = Unpooled.directBuffer(length);
            for (int i = 0; i < length; i++) {
                piece.writeByte((int) (offset + i) % 251);
            }
            return piece;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @BeforeEach
    void start() throws IOException {
        transport = Transport.open(1, "test");
        Router router = new Router().get("/made",
                exchange -> exchange.send("video/mp4", Map.of("ETag", "\"a\""), made));
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "test"), InstantSource.system(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + "/made"))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<byte[]> get(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] expected(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((from + i) % 251);
        }
        return bytes;
    }

    private void assertClosed() throws InterruptedException {
        assertThat(made.closed.await(60, TimeUnit.SECONDS)).as("closed").isTrue();
    }

    @Test
    void shouldSendAllOfIt() throws Exception {
        HttpResponse<byte[]> answer = get(request().build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(SIZE);
        assertThat(answer.body()).isEqualTo(expected(0, SIZE));
        assertClosed();
        made = new Made(3, Long.MAX_VALUE);
        assertThat(get(request().build()).body()).as("the connection goes on")
                .isEqualTo(Arrays.copyOf(expected(0, 3), 3));
    }

    @Test
    void shouldSendARangeOfIt() throws Exception {
        HttpResponse<byte[]> answer = get(request().header("Range", "bytes=500000-500009").build());
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(expected(500_000, 500_010));
        assertThat(made.read.get()).isEqualTo(10);
        assertClosed();
    }

    @Test
    void shouldReadNothingWhenNoBodyIsSent() throws Exception {
        HttpResponse<byte[]> head = get(request().method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(SIZE);
        assertThat(get(request().header("If-None-Match", "\"a\"").build()).statusCode()).isEqualTo(304);
        assertThat(made.read.get()).isZero();
        assertClosed();
    }

    @Test
    void shouldCutTheConnectionWhenItCannotBeMade() throws Exception {
        made = new Made(SIZE, 100_000);
        assertThatThrownBy(() -> get(request().build())).isInstanceOf(IOException.class);
        assertClosed();
    }

    @Test
    void shouldReadNoMoreThanAClientTakes() throws Exception {
        made = new Made(1L << 30, Long.MAX_VALUE);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write("GET /made HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertClosed();
        assertThat(made.read.get()).isLessThan(made.size());
    }
}

package dev.penstock.dataplane.placement;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.http.BodyFlow;
import dev.penstock.dataplane.http.BodySink;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Two servers with real sockets: pod 0, which viewers ask, and pod 1, which owns everything unless a test says otherwise. */
class RelayIT {
    private static final byte[] CLIP = new byte[3_000_000];

    static {
        new Random(4).nextBytes(CLIP);
    }

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> ends = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final ByteArrayOutputStream published = new ByteArrayOutputStream();
    private final AtomicReference<Runnable> held = new AtomicReference<>();
    private volatile boolean holding;
    private volatile String brokenPublisher;
    private volatile int owner = 1;
    private int port;
    private HttpServer ownerServer;
    private Transport transport;

    @TempDir
    Path folder;

    private final class Ring implements RingView {
        private final int self;

        Ring(int self) {
            this.self = self;
        }

        @Override
        public Optional<RingTable> table() {
            int[] owners = new int[Partitions.COUNT];
            Arrays.fill(owners, owner);
            return Optional.of(RingTable.of(1, owners));
        }

        @Override
        public int ordinal() {
            return self;
        }

        @Override
        public boolean isSettled() {
            return true;
        }

        @Override
        public boolean hasStream(String namespace, String stream) {
            return false;
        }

        @Override
        public boolean hasRecording(String namespace, String recording) {
            return self == 1 && recording.equals("rec");
        }

        @Override
        public Optional<String> streamOf(String namespace, String recording) {
            asked.incrementAndGet();
            if (recording.equals("unknown")) {
                throw new IllegalStateException("away");
            }
            return recording.equals("rec") ? Optional.of("cam") : Optional.empty();
        }
    }

    private HttpServer server(int ordinal, Router routes, int at) throws IOException {
        Relay relay = new Relay(transport, new Ring(ordinal), new PeerNames("cams", ordinal, "pods.test", at),
                new RelayLimits(3, 2, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1),
                        Duration.ofSeconds(5)),
                new PlacementMetrics(ordinal == 0 ? registry : new SimpleMeterRegistry()), RelayIT::address);
        ends.add(relay::close);
        return HttpServer.start(transport, relay.guard(routes), HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "it"), InstantSource.system(),
                new InetSocketAddress("127.0.0." + (ordinal + 1), at), Map.of("Penstock-Pod", "cams-" + ordinal));
    }

    private static InetAddress address(String host) throws UnknownHostException {
        return InetAddress.getByName(host.equals("cams-1.pods.test") ? "127.0.0.2" : "127.0.0.1");
    }

    private void start() throws IOException {
        transport = Transport.open(2, "it");
        ownerServer = server(1, ownerRoutes(), 0);
        // The port of the first is known only now, and pods share it.
        port = ownerServer.address().getPort();
        HttpServer asking = server(0, viewerRoutes(), port);
        ends.add(() -> asking.stop(Duration.ZERO).join());
    }

    private Router viewerRoutes() {
        Router routes = new Router().otherwise(path -> path.equals("/tv")
                ? Optional.of(new Router.Detour("/live/ns/cam/index.m3u8", false))
                : Optional.empty());
        for (Router.Route route : ownerRoutes().routes()) {
            routes.add(new Router.Route(route.method(), route.pattern(), exchange -> {
                throw new HttpError(404, "not here");
            }, route.streams()));
        }
        return routes;
    }

    private Router ownerRoutes() {
        Path clip = folder.resolve("clip.ts");
        try {
            Files.write(clip, CLIP);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new Router()
                .get("/live/{ns}/{name}/index.m3u8",
                        e -> e.send(200, "application/vnd.apple.mpegurl",
                                Map.of("ETag", "\"7\"", "Cache-Control", "no-cache"),
                                "#EXTM3U " + e.param("name") + " " + e.query("q").orElse("")))
                .get("/live/{ns}/{name}/clip.ts", e -> e.sendFile("video/mp2t", Map.of(), clip))
                .get("/live/{ns}/{name}/stream.ts", RelayIT::endless)
                .get("/live/{ns}/{name}/broken.ts", RelayIT::broken)
                .streaming("POST", "/publish/{ns}/{name}", this::publish)
                .get("/recordings/{ns}/{recording}/index.m3u8", e -> e.send(200, "text/plain", Map.of(), "recorded"));
    }

    /** Takes what comes, refuses the stream "busy", and holds back all bytes of the stream "slow" until told. */
    private void publish(Exchange exchange) throws HttpError {
        if (exchange.param("name").equals("busy")) {
            throw new HttpError(409, "busy " + exchange.query("key").orElse(""));
        }
        AtomicReference<BodyFlow> flow = new AtomicReference<>();
        flow.set(exchange.receive(new BodySink() {
            @Override
            public void piece(ByteBuf piece) {
                byte[] bytes = new byte[piece.readableBytes()];
                piece.readBytes(bytes);
                piece.release();
                published.writeBytes(bytes);
                if (exchange.param("name").equals("slow") && holding) {
                    flow.get().pause();
                    held.set(() -> exchange.eventLoop().execute(flow.get()::resume));
                }
            }

            @Override
            public void complete() {
                exchange.send(200, "text/plain", Map.of(), "took " + published.size());
            }

            @Override
            public void broken(String reason) {
                brokenPublisher = reason;
            }
        }));
    }

    @Test
    void shouldBringAPublishersBytesToTheOwner() throws Exception {
        start();
        HttpResponse<byte[]> answer = client.send(request("/publish/ns/cam?key=k")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(CLIP))).build(),
                BodyHandlers.ofByteArray());
        assertThat(text(answer)).isEqualTo("took 3000000");
        assertThat(published.toByteArray()).isEqualTo(CLIP);
        HttpResponse<byte[]> refused = client.send(
                request("/publish/ns/busy?key=k").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                BodyHandlers.ofByteArray());
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(text(refused)).contains("busy k");
        assertThat(get("/publish/ns/cam").statusCode()).isEqualTo(405);
    }

    @Test
    void shouldHoldAPublisherBackForASlowOwner() throws Exception {
        start();
        holding = true;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /publish/ns/slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            AtomicLong written = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 4000; i++) {
                        out.write("8000\r\n".getBytes(StandardCharsets.US_ASCII));
                        out.write(CLIP, 0, 0x8000);
                        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                        written.addAndGet(0x8000);
                    }
                } catch (IOException e) {
                    written.addAndGet(0);
                }
            });
            await("the owner holds", () -> held.get() != null);
            long stuck = awaitStill(written);
            assertThat(stuck).as("held back, by the buffers of four sockets").isLessThan(64L << 20);
            holding = false;
            held.get().run();
            await("it goes on", () -> written.get() > stuck);
        }
        await("the owner hears that it is gone", () -> brokenPublisher != null);
        assertThat(brokenPublisher).isEqualTo("the connection was closed");
    }

    /** Waits until a number has stood still for a second. */
    private static long awaitStill(AtomicLong number) throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            long before = number.get();
            TimeUnit.SECONDS.sleep(1);
            if (number.get() == before) {
                return before;
            }
        }
        throw new AssertionError("still changes after 20 s: " + number);
    }

    /** As fast as the connection takes it, like viewers of a very fat stream. */
    private static void endless(Exchange exchange) {
        exchange.takeOver("video/mp2t", Map.of()).ifPresent(channel -> channel.eventLoop().execute(() -> {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                    fill(ctx.channel());
                }
            });
            fill(channel);
        }));
    }

    private static void fill(Channel channel) {
        for (int i = 0; i < 100 && channel.isActive() && channel.isWritable(); i++) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[18_800]));
        }
        if (channel.isActive() && channel.isWritable()) {
            channel.eventLoop().schedule(() -> fill(channel), 1, TimeUnit.MILLISECONDS);
        }
    }

    private static void broken(Exchange exchange) {
        exchange.takeOver("video/mp2t", Map.of("Content-Length", "1000000")).ifPresent(channel -> channel.eventLoop()
                .execute(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000]))
                        .addListener(done -> channel.close())));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (AutoCloseable end : ends.reversed()) {
            end.close();
        }
        ownerServer.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder builder = request(path);
        return client.send((headers.length > 0 ? builder.headers(headers) : builder).build(),
                BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private double meter(String name) {
        return registry.find(name).counters().stream().mapToDouble(c -> c.count()).sum();
    }

    private static void await(String what, BooleanSupplier done) throws InterruptedException {
        for (int i = 0; i < 500 && !done.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(done.getAsBoolean()).as(what).isTrue();
    }

    @Test
    void shouldBringTheOwnersAnswerAsItIs() throws Exception {
        start();
        HttpResponse<byte[]> answer = get("/live/ns/cam/index.m3u8?q=a%20b");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("#EXTM3U cam a b");
        assertThat(answer.headers().map()).containsEntry("penstock-pod", List.of("cams-1"))
                .containsEntry("cache-control", List.of("no-cache")).containsEntry("etag", List.of("\"7\""))
                .containsEntry("access-control-allow-origin", List.of("*"))
                .containsEntry("content-type", List.of("application/vnd.apple.mpegurl"))
                .containsEntry("content-length", List.of("15"));
        assertThat(get("/live/ns/cam/index.m3u8", "If-None-Match", "\"7\"").statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = client.send(request("/live/ns/cam/clip.ts").HEAD().build(),
                BodyHandlers.ofByteArray());
        assertThat(head.headers().firstValue("Content-Length")).hasValue("3000000");
        assertThat(get("/live/ns/cam/clip.ts").body()).isEqualTo(CLIP);
        HttpResponse<byte[]> part = get("/live/ns/cam/clip.ts", "Range", "bytes=1000-1999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 1000-1999/3000000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(CLIP, 1000, 2000));
        assertThat(registry.get("penstock.relay.connections").gauge().value()).as("kept and used again")
                .isBetween(1.0, 2.0);
        HttpResponse<byte[]> alias = get("/tv?q=1");
        assertThat(text(alias)).as("by an alias, which the owner need not know").isEqualTo("#EXTM3U cam 1");
        assertThat(alias.headers().firstValue("Penstock-Pod")).hasValue("cams-1");
        HttpResponse<byte[]> none = get("/live/ns/cam/other");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.headers().firstValue("Penstock-Pod")).hasValue("cams-0");
    }

    @Test
    void shouldNotRelayTwice() throws Exception {
        owner = 0;
        start();
        assertThat(get("/live/ns/cam/index.m3u8").headers().firstValue("Penstock-Pod")).hasValue("cams-0");
        owner = 1;
        HttpResponse<byte[]> answer = get("/live/ns/cam/index.m3u8", "Penstock-Relay", "cams-2");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).contains("not here, but in pod cams-1");
        assertThat(answer.headers().firstValue("Penstock-Pod")).hasValue("cams-0");
    }

    @Test
    void shouldStopReadingWhenTheViewerIsSlow() throws Exception {
        start();
        try (Socket viewer = new Socket()) {
            viewer.setReceiveBufferSize(16 << 10);
            viewer.connect(new InetSocketAddress("127.0.0.1", port));
            viewer.getOutputStream()
                    .write("GET /live/ns/cam/stream.ts HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await("paused", () -> meter("penstock.relay.pauses") > 0);
            double[] before = {-1};
            await("no more comes", () -> {
                double now = meter("penstock.relay.received");
                boolean same = now == before[0];
                before[0] = now;
                return same && meter("penstock.relay.pauses") > 0;
            });
            assertThat(before[0]).as("what sockets hold, not what the stream sends").isLessThan(12e6);
            InputStream in = viewer.getInputStream();
            byte[] buffer = new byte[1 << 16];
            long read = 0;
            while (read < before[0] + 20e6) {
                read += in.read(buffer);
            }
            assertThat(meter("penstock.relay.received")).isGreaterThan(before[0] + 15e6);
        }
        await("the owner's side ends with the viewer's",
                () -> registry.get("penstock.relay.connections").gauge().value() == 0);
    }

    @Test
    void shouldEndTheStreamWhenTheOwnerEnds() throws Exception {
        start();
        HttpResponse<InputStream> answer = client.send(request("/live/ns/cam/stream.ts").build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Penstock-Pod")).hasValue("cams-1");
        ownerServer.stop(Duration.ZERO).join();
        try (InputStream in = answer.body()) {
            assertThat(in.readAllBytes().length).as("comes to its end").isNotNegative();
        }
    }

    @Test
    void shouldCutTheConnectionWhenTheOwnerBreaksOff() throws Exception {
        start();
        assertThatThrownBy(() -> get("/live/ns/cam/broken.ts")).isInstanceOf(IOException.class);
    }

    @Test
    void shouldSayWhichPodIsDownAndFindItAgain() throws Exception {
        start();
        assertThat(get("/live/ns/cam/index.m3u8").statusCode()).isEqualTo(200);
        ownerServer.stop(Duration.ZERO).join();
        HttpResponse<byte[]> answer = get("/live/ns/cam/index.m3u8");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Penstock-Pod")).hasValue("cams-0");
        assertThat(text(answer)).contains("pod cams-1, which serves this: it cannot be connected to; try again");
        ownerServer = server(1, ownerRoutes(), port);
        assertThat(get("/live/ns/cam/index.m3u8").statusCode()).isEqualTo(200);
        owner = RingTable.NONE;
        HttpResponse<byte[]> nobody = get("/live/ns/cam/index.m3u8");
        assertThat(nobody.statusCode()).isEqualTo(503);
        assertThat(text(nobody)).contains("no pod serves stream ns/cam now");
    }

    @Test
    void shouldRefuseMoreConnectionsThanItMayMake() throws Exception {
        start();
        List<HttpResponse<InputStream>> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(client.send(request("/live/ns/cam/stream.ts").build(), BodyHandlers.ofInputStream()));
        }
        HttpResponse<byte[]> answer = get("/live/ns/cam/index.m3u8");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(text(answer)).contains("too many connections to it (expected: at most 3)");
        for (HttpResponse<InputStream> stream : open) {
            stream.body().close();
        }
        await("given back", () -> registry.get("penstock.relay.connections").gauge().value() == 0);
        assertThat(get("/live/ns/cam/index.m3u8").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldFindARecordingByItsStreamAndAskTheClusterOnce() throws Exception {
        start();
        assertThat(text(get("/recordings/ns/rec/index.m3u8"))).isEqualTo("recorded");
        assertThat(text(get("/recordings/ns/rec/index.m3u8"))).isEqualTo("recorded");
        assertThat(get("/recordings/ns/none/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(get("/recordings/ns/none/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(asked).hasValue(2);
        HttpResponse<byte[]> unknown = get("/recordings/ns/unknown/index.m3u8");
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(unknown.headers().firstValue("Retry-After")).hasValue("2");
    }
}

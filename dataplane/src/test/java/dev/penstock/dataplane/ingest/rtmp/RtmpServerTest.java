package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.ingest.input.Channels;

import static org.assertj.core.api.Assertions.assertThat;

class RtmpServerTest {
    private static final RtmpLimits QUICK = new RtmpLimits(20, 32, 8 << 20, 64 << 10, 12 << 20, 256 << 10,
            Duration.ofMillis(400), Duration.ofMillis(700), Duration.ofMillis(400));
    private static final byte[] CONFIG = ByteBufUtil.decodeHexDump("1700000000" + "0164001fffe1000467640028010000");
    private static final byte[] FRAME = ByteBufUtil.decodeHexDump("1701000000" + "00000002" + "6588");
    private static final byte[] AUDIO_CONFIG = ByteBufUtil.decodeHexDump("af001190");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RtmpMetrics metrics = new RtmpMetrics(registry);
    private Transport transport = Transport.open(2, "rtmp");
    private FakeGate gate = new FakeGate(transport.group().next());
    private RtmpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = start(gate, RtmpLimits.DEFAULTS, 0);
    }

    private RtmpServer start(FakeGate to, RtmpLimits limits, int relayPort) throws IOException {
        return RtmpServer.start(transport,
                new RtmpServer.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, relayPort), to,
                limits,
                metrics);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(Duration.ofSeconds(1)).get(2, TimeUnit.SECONDS);
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
        assertThat(gate.publications).allSatisfy(p -> assertThat(p.errors).isEmpty());
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A publisher made of our own client. */
    private final class Client implements ClientSession.Owner {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final ClientSession session;
        final Channel channel;

        Client(RtmpServer to, String application, String stream, ClientSession.Purpose publish)
                throws InterruptedException {
            session = new ClientSession(
                    new ClientSession.Target(application, "rtmp://h/" + application, stream, publish), this);
            var loop = transport.group().next();
            channel = new Bootstrap().group(loop).channelFactory(Channels.stream(loop))
                    .handler(new RtmpWire(false, RtmpLimits.DEFAULTS, session)).connect(to.address()).sync().channel();
        }

        Client send(int type, long time, byte[]... bodies) {
            channel.eventLoop().execute(() -> {
                for (byte[] body : bodies) {
                    session.send(type, time, Unpooled.copiedBuffer(body));
                }
                session.flush();
            });
            return this;
        }

        void awaitHeard(String event) {
            try {
                await(event, () -> heard.stream().anyMatch(h -> h.startsWith(event)));
            } catch (AssertionError e) {
                throw new AssertionError("heard only " + heard, e);
            }
        }

        @Override
        public void accepted() {
            heard.add("accepted");
        }

        @Override
        public void media(int type, long timestamp, ByteBuf body) {
            body.release();
        }

        @Override
        public void writable(boolean isWritable) {
            heard.add(isWritable ? "writable" : "full");
        }

        @Override
        public void over(String code, String reason) {
            heard.add("over " + code + " " + reason);
        }
    }

    private Client publish(RtmpServer to, String key) throws InterruptedException {
        return new Client(to, "live/ns", "cam?key=" + key, ClientSession.Purpose.PUBLISH);
    }

    @Test
    void shouldHandWhatAPublisherSendsToTheStreamOnItsLoop() throws Exception {
        for (int i = 0; i < 4; i++) {
            Client client = publish(server, "right");
            client.awaitHeard("accepted");
            client.send(MessageType.VIDEO, 0, CONFIG).send(MessageType.AUDIO, 0, AUDIO_CONFIG).send(MessageType.VIDEO,
                    0, FRAME,
                    FRAME);
            FakeGate.Heard heard = gate.publications.get(i);
            await("samples", () -> heard.samples == 2);
            assertThat(heard.tracks).hasToString("[H264#0, AAC#1]");
            client.channel.eventLoop().execute(client.session::close);
            await("end", () -> heard.closed != null);
            assertThat(heard.closed).isEqualTo("the publisher ended the stream");
        }
        assertThat(gate.requests.getFirst()).hasToString(
                "rtmp ns/cam from " + gate.requests.getFirst().remote());
        await("gauge", () -> registry.get("penstock.rtmp.publishers").gauge().value() == 0);
    }

    @Test
    void shouldAskPublishersThatKnowItToReconnectBeforeItStops() throws Exception {
        Client plain = publish(server, "right");
        plain.awaitHeard("accepted");
        gate.publications.getFirst().closed = "that of this test";
        Obedient obedient = new Obedient(1 | 4);
        obedient.connect(server);
        await("obedient publishes", () -> gate.publications.size() == 2 && obedient.heard.contains("onStatus"
                + " NetStream.Publish.Start"));
        CompletableFuture<Void> stopped = server.stop(Duration.ofSeconds(60));
        await("request", () -> obedient.heard.contains("onStatus NetConnection.Connect.ReconnectRequest"));
        plain.awaitHeard("over");
        assertThat(stopped).isNotDone();
        assertThat(gate.publications.get(1).closed).isNull();
        obedient.close();
        stopped.get(30, TimeUnit.SECONDS);
        assertThat(obedient.heard).last().isEqualTo("onStatus NetConnection.Connect.ReconnectRequest");
    }

    /** A publisher that says what it knows beyond RTMP 1.0 in {@code capsEx}. */
    private final class Obedient implements Session {
        final List<String> heard = new CopyOnWriteArrayList<>();
        private final int capabilities;
        private RtmpWire wire;
        private Channel channel;

        Obedient(int capabilities) {
            this.capabilities = capabilities;
        }

        void connect(RtmpServer to) throws InterruptedException {
            var loop = transport.group().next();
            channel = new Bootstrap().group(loop).channelFactory(Channels.stream(loop))
                    .handler(new RtmpWire(false, RtmpLimits.DEFAULTS, this)).connect(to.address()).sync().channel();
        }

        void close() {
            channel.close();
        }

        @Override
        public void connected(RtmpWire opened) {
            wire = opened;
            opened.allow(-1);
        }

        @Override
        public void opened() {
            wire.command(0, Command.of("connect", 1, new AmfValue.Fields(Map.of("app", AmfValue.of("live/ns"),
                    "tcUrl", AmfValue.of("rtmp://h/live/ns"), "capsEx", AmfValue.of(capabilities)))));
            wire.command(0, Command.of("createStream", 2, AmfValue.NULL));
            wire.command(1, Command.of("publish", 3, AmfValue.NULL, AmfValue.of("cam?key=right"),
                    AmfValue.of("live")));
        }

        @Override
        public void command(int stream, Command command) {
            heard.add(command.name() + " " + command.argument(1).text("code"));
        }

        @Override
        public void media(int type, long timestamp, ByteBuf body) {
            body.release();
        }

        @Override
        public void event(int event) {
            // Of no interest.
        }

        @Override
        public void received() {
            // Nothing waits.
        }

        @Override
        public void writabilityChanged() {
            // Little is said.
        }

        @Override
        public void closed(String reason, boolean fault) {
            // The test looks at the gate.
        }
    }

    @Test
    void shouldSayWhyAPublisherIsRefused() throws Exception {
        Client wrong = publish(server, "wrong");
        wrong.awaitHeard("over");
        assertThat(wrong.heard)
                .containsExactly("over NetStream.Publish.BadName refused: no such stream, or a wrong key");
        Client nameless = new Client(server, "live", "cam?key=right", ClientSession.Purpose.PUBLISH);
        nameless.awaitHeard("over NetStream.Publish.BadName refused: not the name of a stream "
                + "(expected: rtmp://HOST/live/NAMESPACE/NAME?key=...");
        Client player = new Client(server, "live/ns", "cam", ClientSession.Purpose.PLAY);
        player.awaitHeard("over NetStream.Play.Failed refused: playback is by HTTP");
        Client first = publish(server, "right");
        first.awaitHeard("accepted");
        Client second = publish(server, "right");
        second.awaitHeard("over NetStream.Publish.BadName refused: another publisher is live");
        assertThat(first.heard).containsExactly("accepted");
    }

    @Test
    void shouldTellAPublisherThatItMustGo() throws Exception {
        Client client = publish(server, "right");
        client.awaitHeard("accepted");
        await("told", () -> gate.publications.getFirst().revoked != null);
        gate.publications.getFirst().loop().execute(() -> gate.publications.getFirst().revoked.accept("replaced"));
        client.awaitHeard("over NetStream.Publish.Rejected refused: replaced");
        await("closed", () -> !client.channel.isOpen());
        assertThat(gate.publications.getFirst().closed).isEqualTo("replaced");
    }

    @Test
    void shouldRefuseACodingThatIsNotServed() throws Exception {
        Client client = publish(server, "right");
        client.awaitHeard("accepted");
        client.send(MessageType.VIDEO, 0, new byte[]{(byte) 0x90, 'v', 'p', '0', '9', 0});
        client.awaitHeard("over NetStream.Publish.Rejected refused: video vp09 is not served");
    }

    @Test
    void shouldLeaveTheStreamWhenThePublisherIsGoneBeforeTheVerdict() throws Exception {
        gate.hold = true;
        Client client = publish(server, "right");
        await("asked", () -> gate.held != null);
        client.channel.close().sync();
        await("gone", () -> registry.get("penstock.rtmp.connections").gauge().value() == 0);
        gate.held.accept(gate.decide(gate.requests.getFirst()));
        await("left", () -> gate.publications.getFirst().closed != null);
    }

    @Test
    void shouldTakeMediaThatComesBeforeTheVerdict() throws Exception {
        gate.hold = true;
        Client client = publish(server, "right");
        await("asked", () -> gate.held != null);
        client.send(MessageType.VIDEO, 0, CONFIG).send(MessageType.AUDIO, 0, AUDIO_CONFIG).send(MessageType.VIDEO, 0,
                FRAME, FRAME);
        LockSupport.parkNanos(20_000_000);
        gate.held.accept(gate.decide(gate.requests.getFirst()));
        await("samples", () -> gate.publications.getFirst().samples == 2);
    }

    @Test
    void shouldRelayToThePodThatHasTheStream() throws Exception {
        FakeGate other = new FakeGate(transport.group().next());
        RtmpServer owner = start(other, RtmpLimits.DEFAULTS, 0);
        server.stop(Duration.ZERO).get();
        server = start(gate, RtmpLimits.DEFAULTS, owner.address().getPort());
        gate.elsewhere = "localhost";
        Client wrong = publish(server, "wrong");
        wrong.awaitHeard("over NetStream.Publish.BadName refused: no such stream, or a wrong key");

        Client client = publish(server, "right");
        client.awaitHeard("accepted");
        byte[] large = new byte[3 << 20];
        System.arraycopy(FRAME, 0, large, 0, 5);
        Unpooled.wrappedBuffer(large).setInt(5, large.length - 9);
        client.send(MessageType.VIDEO, 0, CONFIG).send(MessageType.AUDIO, 0, AUDIO_CONFIG);
        for (int i = 0; i < 8; i++) {
            client.send(MessageType.VIDEO, 0x1000000 + i, large);
        }
        FakeGate.Heard heard = other.publications.getFirst();
        await("samples", () -> heard.samples == 8);
        assertThat(heard.bytes).isEqualTo(8L * (large.length - 5));
        heard.loop().execute(() -> heard.revoked.accept("off the air"));
        client.awaitHeard("over NetStream.Publish.Rejected refused: off the air");

        Client last = publish(server, "right");
        last.awaitHeard("accepted");
        last.channel.close().sync();
        await("end", () -> other.publications.get(1).closed != null);
        other.elsewhere = "localhost";
        Client lost = publish(server, "right");
        lost.awaitHeard("over NetStream.Publish.BadName refused: the stream moves between pods; try again");
        owner.stop(Duration.ofSeconds(1)).get();
        Client late = publish(server, "right");
        late.awaitHeard(
                "over NetStream.Publish.BadName refused: the pod that has the stream connection refused; try again");
        assertThat(other.publications).allSatisfy(p -> assertThat(p.errors).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001", "\u0006"})
    void shouldCloseOnWhatIsNotRtmp(String text) throws IOException {
        try (Socket socket = socket(server)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            assertClosed(socket);
        }
        await("counted", () -> ended("fault") == 1);
    }

    private double ended(String reason) {
        return registry.get("penstock.rtmp.ended").tag("reason", reason).counter().count();
    }

    private static Socket socket(RtmpServer to) throws IOException {
        Socket socket = new Socket(to.address().getAddress(), to.address().getPort());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static void assertClosed(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                LockSupport.parkNanos(1);
            }
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static void shake(Socket socket, int version) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] hello = new byte[1537];
        hello[0] = 3;
        // Senders of the form with digests show their version here.
        hello[5] = (byte) version;
        out.write(hello);
        byte[] answer = socket.getInputStream().readNBytes(1 + 2 * 1536);
        assertThat(answer[0]).isEqualTo((byte) 3);
        assertThat(java.util.Arrays.copyOfRange(answer, 5, 9)).containsOnly(0);
        assertThat(java.util.Arrays.copyOfRange(answer, 1537, 3073))
                .isEqualTo(java.util.Arrays.copyOfRange(hello, 1, 1537));
        out.write(hello, 1, 1536);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"44 000000 000001 09", "03 000000 100000 14 00000000",
            "03 000000 000003 14 00000000 020005",
            "03 000000 000001 14 00000000 05"})
    void shouldCloseOnABrokenProtocol(String bytes) throws IOException {
        try (Socket socket = socket(server)) {
            shake(socket, 9);
            socket.getOutputStream().write(ByteBufUtil.decodeHexDump(bytes.replace(" ", "")));
            assertClosed(socket);
        }
        await("counted", () -> ended("fault") == 1);
    }

    @Test
    void shouldBoundWhatAConnectionSendsBeforeItPublishes() throws IOException {
        try (Socket socket = socket(server)) {
            shake(socket, 0);
            try {
                byte[] messages = ByteBufUtil.decodeHexDump("04000000000040080100000000".repeat(1) + "00".repeat(63));
                for (int i = 0; i < 10_000; i++) {
                    socket.getOutputStream().write(messages);
                }
            } catch (IOException e) {
                assertThat(e).isInstanceOf(java.net.SocketException.class);
            }
            assertClosed(socket);
        }
        await("counted", () -> ended("fault") == 1);
    }

    @Test
    void shouldNotWaitForAPeerThatSaysNothing() throws Exception {
        server.stop(Duration.ZERO).get();
        server = start(gate, QUICK, 0);
        try (Socket silent = socket(server); Socket half = socket(server)) {
            shake(half, 0);
            assertClosed(silent);
            assertClosed(half);
        }
        Client client = publish(server, "right");
        client.awaitHeard("accepted");
        await("idle", () -> gate.publications.getFirst().closed != null);
        await("counted", () -> ended("timeout") == 3);
        await("gauge", () -> registry.get("penstock.rtmp.connections").gauge().value() == 0);
    }

    @Test
    void shouldNotPileUpAnswersForAPeerThatDoesNotRead() throws Exception {
        Client client = publish(server, "right");
        client.awaitHeard("accepted");
        client.channel.config().setAutoRead(false);
        ByteBuf ping = Unpooled.buffer(6).writeShort(MessageType.PING_REQUEST).writeInt(1);
        ByteBuf one = new ChunkWriter().write(client.channel.alloc(), 2, MessageType.USER_CONTROL, 0, 0, ping);
        ByteBuf many = Unpooled.buffer(one.readableBytes() * 50_000);
        for (int i = 0; i < 50_000; i++) {
            many.writeBytes(one, 0, one.readableBytes());
        }
        one.release();
        for (int i = 0; i < 40; i++) {
            client.channel.writeAndFlush(many.retainedDuplicate());
        }
        many.release();
        LockSupport.parkNanos(200_000_000);
        // 36 MB of pings: the server stopped reading, so the client cannot get rid of them.
        assertThat(client.channel.isWritable()).isFalse();
        client.channel.close().sync();
        await("end", () -> gate.publications.getFirst().closed != null);
    }

    @Test
    void shouldRefuseMoreConnectionsThanTheLimit() throws Exception {
        server.stop(Duration.ZERO).get();
        server = start(gate, new RtmpLimits(1, 32, 8 << 20, 64 << 10, 12 << 20, 256 << 10, Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ofSeconds(5)), 0);
        try (Socket first = socket(server)) {
            shake(first, 0);
            try (Socket second = socket(server)) {
                assertClosed(second);
            }
        }
        assertThat(ended("full")).isEqualTo(1);
    }
}

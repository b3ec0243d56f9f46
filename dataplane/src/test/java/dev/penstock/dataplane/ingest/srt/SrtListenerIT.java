package dev.penstock.dataplane.ingest.srt;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** FFmpeg and callers of our own against the listener, on the loopback. */
class SrtListenerIT {
    @TempDir
    Path folder;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final FakeGate gate = new FakeGate(group.next());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SrtMetrics metrics = new SrtMetrics(registry);
    private final List<Process> processes = new ArrayList<>();
    private final List<SrtListener> listeners = new ArrayList<>();
    private Path clip;

    @BeforeEach
    void makeClip() throws IOException {
        clip = folder.resolve("clip.ts");
        try (InputStream in = SrtListenerIT.class.getResourceAsStream("/media/h264-aac.ts")) {
            Files.write(clip, in.readAllBytes());
        }
    }

    @AfterEach
    void shutDown() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        listeners.forEach(SrtListener::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        assertThat(registry.get("penstock.srt.publishers").gauge().value()).isZero();
        assertThat(registry.get("penstock.srt.relayed").gauge().value()).isZero();
        assertThat(registry.get("penstock.srt.dropped").counter().count()).isZero();
    }

    @Test
    void shouldTakeTwentyPublishersOnOnePortBesideOneWithAWrongKeyAndOneThatHangs() throws Exception {
        SrtListener listener = listen(0);
        Call hanging = new Call(listener, "publish:ns/hanging:good");
        assertThat(hanging.answer()).isEqualTo("connected");
        for (int i = 0; i < 20; i++) {
            publish(listener,
                    i % 2 == 0 ? "publish:ns/cam-" + i + ":good" : "#!::m=publish,r=/ns/cam-" + i + ",s=good");
        }
        Process wrong = publish(listener, "publish:ns/wrong:bad");
        assertThat(wrong.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong.exitValue()).isNotZero();

        await(Duration.ofSeconds(40), () -> ended() == 20);
        for (int i = 0; i < 20; i++) {
            byte[] received = gate.publications.get("ns/cam-" + i).bytes();
            assertThat(received.length).isGreaterThan(50_000);
            assertThat(received.length % 188).isZero();
        }
        Path some = Files.write(folder.resolve("received.ts"), gate.publications.get("ns/cam-7").bytes());
        assertThat(run("-xerror", "-i", some.toString(), "-f", "null", "-")).isEmpty();
        assertThat(gate.publications).doesNotContainKey("ns/wrong");
        assertThat(gate.publications.get("ns/hanging").closed()).isEmpty();
        hanging.close();
        await(Duration.ofSeconds(10), () -> ended() == 21);
    }

    @Test
    void shouldTellTheCallerWhyAtOnce() throws Exception {
        SrtListener listener = listen(0);

        assertThat(new Call(listener, "publish:ns/a:bad").answer())
                .isEqualTo("connection refused: access denied (1403)");
        assertThat(new Call(listener, "").answer()).isEqualTo("connection refused: stream id not understood (1400)");
        assertThat(new Call(listener, "#!::r=ns/a").answer()).isEqualTo("connection refused (reason 1405)");
        assertThat(registry.get("penstock.srt.malformed").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldTakeOnlyWhoKnowsThePassphrase() throws Exception {
        SrtListener listener = listen(0);
        gate.passphrases.put("ns/cam", "open sesame!");
        Call right = new Call(listener, "publish:ns/cam:good", "open sesame!");
        assertThat(right.answer()).isEqualTo("connected");
        await(Duration.ofSeconds(30), () -> gate.publications.containsKey("ns/cam"));
        right.close();
        await(Duration.ofSeconds(30), () -> ended() == 1);
        gate.publications.clear();

        assertThat(new Call(listener, "publish:ns/cam:good", "open barley!").answer())
                .isEqualTo("connection refused: wrong passphrase");
        String oneSided = "connection refused: one side has a passphrase and the other has none";
        assertThat(new Call(listener, "publish:ns/cam:good").answer()).isEqualTo(oneSided);
        assertThat(new Call(listener, "publish:ns/open:good", "open sesame!").answer()).isEqualTo(oneSided);
        Call keyless = new Call(listener, "publish:ns/cam:bad", "open sesame!");
        assertThat(keyless.answer()).isEqualTo("connected");
        assertThat(keyless.answer()).isEqualTo("lost");
        await(Duration.ofSeconds(30),
                () -> registry.get("penstock.srt.unfinished").counter().count() == 3);
        assertThat(gate.publications).doesNotContainKey("ns/cam");
        await(Duration.ofSeconds(30), () -> gate.publications.get("ns/open").closed().startsWith("the connection was"));
    }

    @Test
    void shouldReadWhatFfmpegEncrypts() throws Exception {
        SrtListener listener = listen(0);
        gate.passphrases.put("ns/cam", "open sesame!");
        publish(listener, "publish:ns/cam:good", "&pbkeylen=32&passphrase=open%20sesame%21");
        await(Duration.ofSeconds(60), () -> ended() == 1);
        Path received = Files.write(folder.resolve("received.ts"), gate.publications.get("ns/cam").bytes());
        assertThat(Files.size(received)).isGreaterThan(50_000);
        assertThat(run("-xerror", "-i", received.toString(), "-f", "null", "-")).isEmpty();
    }

    @Test
    void shouldDisconnectWhoIsRefusedLater() throws Exception {
        SrtListener listener = listen(0);
        gate.delay(300);
        Call refused = new Call(listener, "publish:ns/a:bad");
        Call accepted = new Call(listener, "publish:ns/b:good");

        assertThat(refused.answer()).isEqualTo("connected");
        assertThat(refused.answer()).isEqualTo("lost");
        assertThat(accepted.answer()).isEqualTo("connected");
        await(Duration.ofSeconds(5), () -> gate.publications.containsKey("ns/b"));
        accepted.close();
        await(Duration.ofSeconds(5), () -> ended() == 1);
    }

    @Test
    void shouldDisconnectWhoIsRevoked() throws Exception {
        SrtListener listener = listen(0);
        Call call = new Call(listener, "publish:ns/a:good");
        assertThat(call.answer()).isEqualTo("connected");
        await(Duration.ofSeconds(5), () -> gate.publications.containsKey("ns/a"));
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        gate.publications.get("ns/a").revoke("key withdrawn");

        assertThat(call.answer()).isEqualTo("lost");
        await(Duration.ofSeconds(5), () -> gate.publications.get("ns/a").closed().equals("key withdrawn"));
    }

    @Test
    void shouldRelayToTheOwnersPod() throws Exception {
        SrtListener owner = listen(0);
        FakeGate door = new FakeGate(group.next());
        door.elsewhere("localhost");
        SrtListener other = SrtListener.start(config(0, owner.address().getPort()), door, metrics);
        listeners.add(other);
        publish(other, "publish:ns/cam:good");

        await(Duration.ofSeconds(20), () -> ended() == 1);
        Path received = Files.write(folder.resolve("received.ts"), gate.publications.get("ns/cam").bytes());
        assertThat(run("-xerror", "-i", received.toString(), "-f", "null", "-")).isEmpty();
        gate.elsewhere("localhost");
        Call round = new Call(other, "publish:ns/round:good");
        assertThat(round.answer()).isEqualTo("connected");
        assertThat(round.answer()).as("not relayed a second time").isEqualTo("lost");
    }

    @Test
    void shouldLetNobodyElseNoticeGarbage() throws Exception {
        SrtListener listener = listen(0);
        publish(listener, "publish:ns/cam:good");
        await(Duration.ofSeconds(10), () -> gate.publications.containsKey("ns/cam"));
        Random random = new Random(1);
        try (DatagramSocket hostile = new DatagramSocket()) {
            for (int i = 0; i < 5000; i++) {
                byte[] garbage = new byte[random.nextInt(1500)];
                random.nextBytes(garbage);
                if (i % 2 == 0 && garbage.length > 16) {
                    // A handshake by its first bytes, for no socket.
                    Arrays.fill(garbage, 0, 16, (byte) 0);
                    garbage[0] = (byte) 0x80;
                }
                hostile.send(new DatagramPacket(garbage, garbage.length, listener.address()));
            }
        }
        await(Duration.ofSeconds(20), () -> ended() == 1);
        Path received = Files.write(folder.resolve("received.ts"), gate.publications.get("ns/cam").bytes());
        assertThat(run("-xerror", "-i", received.toString(), "-f", "null", "-")).isEmpty();
        assertThat(gate.publications).hasSize(1);
    }

    @Test
    void shouldTurnAwayWhoIsOneTooMany() throws Exception {
        SrtConfig usual = config(0, 1);
        SrtListener listener = SrtListener.start(new SrtConfig(usual.address(), 1, usual.latency(), 2, usual.patience(),
                usual.verdict(), usual.silence()), gate, metrics);
        listeners.add(listener);
        Call first = new Call(listener, "publish:ns/a:good");
        assertThat(first.answer()).isEqualTo("connected");
        assertThat(new Call(listener, "publish:ns/b:good").answer()).isEqualTo("connected");
        assertThat(new Call(listener, "publish:ns/c:good").answer())
                .isEqualTo("connection refused: too many connections (1402)");
        first.close();
        await(Duration.ofSeconds(10), () -> ended() == 1);
        assertThat(new Call(listener, "publish:ns/c:good").answer()).isEqualTo("connected");
    }

    @Test
    void shouldCloseWhoSendsNothingOrHasNoVerdict() throws Exception {
        SrtConfig usual = config(0, 1);
        SrtListener listener = SrtListener
                .start(new SrtConfig(usual.address(), 1, usual.latency(), 10, usual.patience(),
                        Duration.ofSeconds(1), Duration.ofSeconds(1)), gate, metrics);
        listeners.add(listener);
        Call silent = new Call(listener, "publish:ns/silent:good");
        assertThat(silent.answer()).isEqualTo("connected");
        await(Duration.ofSeconds(10), () -> ended() == 1);
        assertThat(gate.publications.get("ns/silent").closed()).isEqualTo("no packets for 1s");
        gate.delay(4000);
        Call unjudged = new Call(listener, "publish:ns/unjudged:good");
        assertThat(unjudged.answer()).isEqualTo("connected");
        assertThat(unjudged.answer()).isEqualTo("lost");
        await(Duration.ofSeconds(10), () -> ended() == 2);
        assertThat(gate.publications.get("ns/unjudged").closed()).isEqualTo("the connection is gone");
    }

    /** Late callbacks of libsrt must find everything they need, whenever the listener is closed. */
    @Test
    void shouldCloseAgainAndAgainWhileCallersCome() throws Exception {
        for (int i = 0; i < 50; i++) {
            SrtListener listener = listen(0);
            List<Call> calls = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                calls.add(new Call(listener, "publish:ns/a:" + (caller % 2 == 0 ? "good" : "bad")));
            }
            LockSupport.parkNanos(Duration.ofMillis(i % 10 * 3L).toNanos());
            listener.close();
            calls.forEach(Call::close);
        }
        int asked = gate.publications.size();
        assertThat(asked).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldSayThatThePortIsTaken() throws Exception {
        SrtListener listener = listen(0);
        int port = listener.address().getPort();

        assertThatThrownBy(() -> listen(port)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("srt 127.0.0.1:" + port + ": ");
    }

    private SrtListener listen(int port) throws SrtUnavailableException, IOException {
        SrtListener listener = SrtListener.start(config(port, 1), gate, metrics);
        listeners.add(listener);
        return listener;
    }

    private static SrtConfig config(int port, int relayPort) {
        return SrtConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), relayPort,
                SrtConfig.LATENCY);
    }

    private long ended() {
        return gate.publications.values().stream().filter(publication -> !publication.closed().isEmpty()).count();
    }

    private Process publish(SrtListener listener, String streamId) throws IOException {
        return publish(listener, streamId, "");
    }

    private Process publish(SrtListener listener, String streamId, String options) throws IOException {
        Process process = FfmpegPrograms
                .process(
                        List.of("ffmpeg", "-v", "error", "-re", "-stream_loop", "1", "-i", clip.toString(), "-map", "0",
                                "-c", "copy", "-f", "mpegts",
                                "srt://127.0.0.1:" + listener.address().getPort() + "?pkt_size=1316&streamid="
                                        + URLEncoder.encode(streamId, StandardCharsets.UTF_8) + options))
                .redirectErrorStream(true).redirectOutput(folder.resolve("ffmpeg.log").toFile()).start();
        processes.add(process);
        return process;
    }

    private static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error"));
        command.addAll(List.of(arguments));
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() < end).as("within " + limit).isTrue();
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** A caller that sends nothing. */
    private static final class Call {
        private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private final SrtPoller poller;
        private SrtCaller caller;
        private int socket = -1;

        Call(SrtListener listener, String streamId) throws SrtUnavailableException {
            this(listener, streamId, "");
        }

        Call(SrtListener listener, String streamId, String passphrase) throws SrtUnavailableException {
            poller = SrtPoller.shared();
            poller.execute(() -> {
                caller = new SrtCaller(poller, this::connected, answers::add);
                caller.connect(listener.address(), new SrtCaller.Options(streamId, 120, passphrase, 3000));
            });
        }

        private void connected(int open) {
            socket = open;
            answers.add("connected");
            try {
                poller.watch(open, SrtLibrary.ERR, new SrtPoller.Handler() {
                    @Override
                    public void ready(int events) {
                        poller.close(socket);
                        answers.add("lost");
                    }

                    @Override
                    public void second() {
                        // Waits for the listener.
                    }
                });
            } catch (SrtException e) {
                answers.add("lost");
            }
        }

        String answer() throws InterruptedException {
            return answers.poll(10, TimeUnit.SECONDS);
        }

        void close() {
            poller.execute(() -> {
                caller.close();
                if (socket >= 0) {
                    poller.close(socket);
                }
            });
        }
    }
}

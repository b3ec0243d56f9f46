package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

class SocketPullIT extends PullIT {
    @Test
    void shouldFindTheStreamBehindGarbageOnTcp() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            PullSource source = pull("tcp://127.0.0.1:" + server.getLocalPort());
            try (Socket peer = server.accept(); OutputStream out = peer.getOutputStream()) {
                byte[] garbage = new byte[5000];
                Arrays.fill(garbage, (byte) 0x55);
                out.write(garbage);
                out.write(FILE);
            }
            sink.awaitEvent("end");

            assertThat(sink.bytes()).isEqualTo(FILE);
            assertThat(source.counters().skippedBytes()).isEqualTo(5000);
            assertThat(source.counters().packets()).isEqualTo(FILE.length / 188);
        }
    }

    @Test
    void shouldConnectAgainWhenASourceStalls() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            pull(Duration.ofSeconds(5), Duration.ofMillis(500),
                    PullConfig.Source.url("tcp://localhost:" + server.getLocalPort()));
            for (int i = 0; i < 2; i++) {
                int round = i;
                Socket peer = server.accept();
                peer.getOutputStream().write(FILE);
                sink.await(Duration.ofSeconds(5), () -> sink.count("end") == round + 1);
                peer.close();
            }

            assertThat(sink.events()).contains(
                    "end tcp://localhost:" + server.getLocalPort() + ": no packets for 500ms");
        }
    }

    @Test
    void shouldGiveUpASourceThatNeverSendsAStream() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            pull(Duration.ofMillis(300), Duration.ofSeconds(5),
                    PullConfig.Source.url("tcp://127.0.0.1:" + server.getLocalPort()));
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(new byte[100_000]);
                sink.awaitEvent("failed");
            }
            assertThat(sink.events().toString()).contains("no transport packets within 300ms");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPlayAUnixSocket(boolean nio) throws IOException {
        if (nio) {
            useNio();
        }
        Path path = folder.resolve("source.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))) {
            pull("unix://" + path);
            try (SocketChannel peer = server.accept()) {
                peer.write(ByteBuffer.wrap(FILE));
            }
            sink.awaitEvent("end");
        }
        assertThat(sink.bytes()).isEqualTo(FILE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReceiveMulticastOnLoopback(boolean nio) throws Exception {
        if (nio) {
            useNio();
        }
        int port = freeUdpPort();
        PullSource source = pull("udp://@239.255.77.1:" + port + "?iface=lo");
        try (DatagramSocket sender = new DatagramSocket()) {
            sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName("lo"));
            sendUntilReceived(sender, new InetSocketAddress("239.255.77.1", port), false);
        }

        assertThat(source.counters().skippedBytes()).isZero();
        assertThat(sink.count("connected")).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReceiveUnicastWithAndWithoutRtp(boolean rtp) throws Exception {
        int port = freeUdpPort();
        PullSource source = pull("udp://0.0.0.0:" + port);
        try (DatagramSocket sender = new DatagramSocket()) {
            sendUntilReceived(sender, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), rtp);
        }

        assertThat(source.counters().skippedBytes()).isZero();
    }

    @Test
    void shouldReceiveWhatFfmpegSends() throws Exception {
        int port = freeUdpPort();
        java.nio.file.Files.write(folder.resolve("in.ts"), FILE);
        PullSource source = pull("udp://127.0.0.1:" + port);
        Process ffmpeg = FfmpegPrograms.process(List.of("ffmpeg", "-loglevel", "error", "-re",
                "-stream_loop", "-1", "-i", folder.resolve("in.ts").toString(), "-c", "copy", "-f", "mpegts",
                "udp://127.0.0.1:" + port + "?pkt_size=1316")).inheritIO().start();
        try {
            sink.await(Duration.ofSeconds(15), () -> sink.size() > 40_000);
        } finally {
            ffmpeg.destroy();
        }
        assertThat(source.counters().skippedBytes()).isZero();
    }

    private void sendUntilReceived(DatagramSocket sender, InetSocketAddress to, boolean rtp) throws Exception {
        for (int round = 0; round < 200 && sink.size() < 20_000; round++) {
            for (int at = 0; at + 1316 <= 13_160; at += 1316) {
                byte[] datagram = new byte[(rtp ? 12 : 0) + 1316];
                datagram[0] = (byte) 0x80;
                System.arraycopy(FILE, at, datagram, rtp ? 12 : 0, 1316);
                sender.send(new DatagramPacket(datagram, datagram.length, to));
            }
            Thread.sleep(20);
        }
        assertThat(sink.size()).isGreaterThanOrEqualTo(20_000);
    }

    private static int freeUdpPort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

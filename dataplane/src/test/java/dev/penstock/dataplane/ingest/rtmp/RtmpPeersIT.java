package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.http.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/** FFmpeg as a publisher, over each form of name and each coding that it sends. */
class RtmpPeersIT {
    @TempDir
    private Path folder;
    private final Transport transport = Transport.open(2, "rtmp");
    private final FakeGate gate = new FakeGate(transport.group().next());
    private @Nullable RtmpServer server;

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.stop(Duration.ofSeconds(1)).get(5, TimeUnit.SECONDS);
        }
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        assertThat(gate.publications).allSatisfy(p -> assertThat(p.errors).isEmpty());
    }

    private String serve(@Nullable SslContext tls) throws IOException {
        RtmpServer started = RtmpServer.start(transport,
                new RtmpServer.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, 0), gate,
                RtmpLimits.DEFAULTS, new RtmpMetrics(new SimpleMeterRegistry()));
        server = started;
        return (tls == null ? "rtmp" : "rtmps") + "://127.0.0.1:" + started.address().getPort() + "/";
    }

    /** Runs FFmpeg to its end; its exit status and what it said. */
    private static String ffmpeg(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments));
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }

    private Path fixture(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream in = RtmpPeersIT.class.getResourceAsStream("/media/" + name)) {
                Files.copy(in, file);
            }
        }
        return file;
    }

    private FakeGate.Heard published(String output) throws InterruptedException {
        assertThat(output).startsWith("0 ");
        FakeGate.Heard heard = gate.publications.getLast();
        for (int i = 0; i < 200 && heard.closed == null; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(heard.closed).isEqualTo("the publisher ended the stream");
        return heard;
    }

    @ParameterizedTest
    @CsvSource({"live/ns/cam?key=right", "live/ns/cam/?key=right"})
    void shouldTakeH264AndAacWhereverFfmpegCutsTheName(String path) throws Exception {
        FakeGate.Heard heard = published(ffmpeg("-i", fixture("h264-aac.ts").toString(), "-c", "copy", "-f", "flv",
                serve(null) + path));

        assertThat(heard.tracks).hasToString("[H264#0, AAC#1]");
        assertThat(heard.samples).isGreaterThan(75 + 100);
    }

    @ParameterizedTest
    @CsvSource({"h264-bframes-opengop.ts,-an,[H264#0],75", "h265-ac3.ts,-an,[H265#0],90",
            "h264-aac.ts,-vn,[AAC#1],100"})
    void shouldTakeOneTrackAlone(String file, String without, String tracks, int least) throws Exception {
        FakeGate.Heard heard = published(ffmpeg("-i", fixture(file).toString(), "-c", "copy", without, "-f", "flv",
                serve(null) + "live/ns/cam?key=right"));

        assertThat(heard.tracks).hasToString(tracks);
        assertThat(heard.samples).isGreaterThanOrEqualTo(least);
    }

    @Test
    void shouldTakeRtmps() throws Exception {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-keystore", keys.toString(), "-storepass",
                "changeit", "-alias", "it", "-storetype", "PKCS12").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        var store = java.security.KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
        var factory = javax.net.ssl.KeyManagerFactory.getInstance("PKIX");
        factory.init(store, "changeit".toCharArray());
        String url = serve(SslContextBuilder.forServer(factory).build());
        FakeGate.Heard heard = published(ffmpeg("-i", fixture("h264-aac.ts").toString(), "-c", "copy", "-f", "flv",
                url + "live/ns/cam?key=right"));

        assertThat(heard.samples).isGreaterThan(175);
        assertThat(gate.requests.getFirst().protocol()).isEqualTo("rtmps");
    }

    @Test
    void shouldTellFfmpegThatTheKeyIsWrong() throws Exception {
        String url = serve(null);
        long start = System.nanoTime();
        String output = ffmpeg("-re", "-i", fixture("h264-aac.ts").toString(), "-c", "copy", "-f", "flv",
                url + "live/ns/cam?key=wrong");

        assertThat(output).doesNotStartWith("0 ").contains("no such stream, or a wrong key");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(3);
    }

    @Test
    void shouldAskForAUserAsFfmpegExpectsIt() throws Exception {
        try (AskingServer asking = new AskingServer(transport, true)) {
            Process process = FfmpegPrograms.process(List.of("ffmpeg", "-hide_banner", "-nostdin", "-v", "error",
                    "-rtmp_live", "live", "-i", "rtmp://me:secret@127.0.0.1:" + asking.port() + "/live/cam", "-f",
                    "null", "-")).redirectErrorStream(true).start();
            // That FFmpeg gets so far says that the server in RtmpInputTest checks what real ones check.
            for (int i = 0; i < 3000 && asking.applications.size() < 3 && process.isAlive(); i++) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThat(asking.applications).hasSize(3);
            for (int i = 0; i < 3000 && asking.played == 0 && process.isAlive(); i++) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            process.destroyForcibly().waitFor();
            assertThat(asking.played).isEqualTo(1);
        }
    }
}

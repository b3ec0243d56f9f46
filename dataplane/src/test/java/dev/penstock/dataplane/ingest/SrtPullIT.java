package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** FFmpeg listens, we call. */
class SrtPullIT extends PullIT {
    private int port;
    private Process listener;

    @BeforeEach
    void choosePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void stopListening() throws InterruptedException {
        if (listener != null) {
            listener.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a passphrase"})
    void shouldPlayUntilTheListenerLeaves(String passphrase) throws Exception {
        listen(passphrase);
        pull(Duration.ofSeconds(3), Duration.ofSeconds(5), source("?streamid=live&latency=200", passphrase));
        sink.await(Duration.ofSeconds(20), () -> sink.count("end ") > 0 && sink.size() > 0);

        String remote = "srt://127.0.0.1:" + port;
        assertThat(sink.events()).contains("begin 0", "connected 0",
                "end " + remote + ": the listener has ended the connection");
        assertThat(sink.size()).isGreaterThan(50_000);
        assertThat(registry.get("penstock.ingest.skipped").tag("protocol", "srt").counter().count()).isZero();
        Path received = Files.write(folder.resolve("received.ts"), sink.bytes());
        Process check = FfmpegPrograms
                .process(List.of("ffmpeg", "-v", "error", "-xerror", "-i", received.toString(), "-f",
                        "null", "-"))
                .redirectErrorStream(true).start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void shouldSayThatThePassphraseIsWrong() throws Exception {
        listen("a passphrase");
        String remote = "srt://127.0.0.1:" + port;
        pull(Duration.ofSeconds(3), Duration.ofSeconds(5), source("", "another passphrase"));

        sink.await(Duration.ofSeconds(20), () -> sink.events()
                .contains("failed 0 " + remote + ": connection refused: wrong passphrase; later"));
    }

    @Test
    void shouldSayThatNobodyAnswers() {
        pull(Duration.ofSeconds(1), Duration.ofSeconds(5), source("", ""));
        sink.awaitEvent("failed");

        assertThat(sink.events().getLast()).startsWith("failed 0 srt://127.0.0.1:" + port + ": no ");
    }

    private PullConfig.Source source(String query, String passphrase) {
        return new PullConfig.Source("srt://127.0.0.1:" + port + query, List.of(), null,
                passphrase.isEmpty() ? null : passphrase, false);
    }

    private void listen(String passphrase) throws IOException {
        Path clip = Files.write(folder.resolve("clip.ts"), FILE);
        listener = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-re", "-stream_loop", "1", "-i",
                clip.toString(), "-c", "copy", "-f", "mpegts",
                "srt://127.0.0.1:" + port + "?mode=listener&pkt_size=1316"
                        + (passphrase.isEmpty() ? "" : "&passphrase=" + passphrase)))
                .inheritIO().start();
    }
}

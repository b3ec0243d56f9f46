package dev.penstock.dataplane.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** What comes in by SRT goes out as HTTP-TS and HLS, and another Penstock pulls that HLS: the process that a user starts. */
class SrtStandaloneIT {
    private static final Pattern PORT = Pattern.compile("SRT publishers are taken address=\"?([0-9]+)");

    @TempDir
    Path folder;

    @Test
    void shouldPlayWhatIsPublishedAndPullItOnAsHls() throws Exception {
        Path first = Files.createDirectories(folder.resolve("first"));
        Files.writeString(first.resolve("cam.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {camera: "a:key"}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec: {source: {push: {keySecretRef: {name: keys}}}}
                """);
        Path second = Files.createDirectories(folder.resolve("second"));
        try (PenstockProcess front = PenstockProcess.run(first, Files.createDirectories(folder.resolve("data1")))) {
            Process publisher = publish(port(front), "publish:default/cam:a:key");
            try {
                assertThat(front.text("/live/default/cam/index.m3u8")).contains("CODECS=\"avc1.");
                assertThat(PenstockProcess.ffmpeg("-xerror", "-t", "5", "-i", front.url("/live/default/cam/stream.ts"),
                        "-f", "null", "-")).isEmpty();
                Files.writeString(second.resolve("cam.yaml"), """
                        apiVersion: penstock.dev/v1alpha1
                        kind: LiveStream
                        metadata: {name: cam}
                        spec: {source: {pull: {urls: [{url: "%s"}]}}}
                        """.formatted(front.url("/live/default/cam/index.m3u8")));
                try (PenstockProcess next = PenstockProcess.run(second,
                        Files.createDirectories(folder.resolve("data2")))) {
                    assertThat(next.text("/live/default/cam/index.m3u8")).contains("CODECS=\"avc1.");
                    assertThat(PenstockProcess.ffmpeg("-xerror", "-t", "6", "-i",
                            next.url("/live/default/cam/stream.ts"), "-f", "null", "-")).isEmpty();
                    assertThat(next.text("/api/v1/streams/default/cam")).contains("hls");
                    assertThat(next.stop()).as("exit status of SIGTERM").isIn(0, 143);
                }
                Process wrong = publish(port(front), "publish:default/cam:other");
                assertThat(wrong.waitFor(Duration.ofMinutes(1))).isTrue();
                assertThat(publisher.isAlive()).isTrue();
                assertThat(front.log()).doesNotContain("a:key");
                assertThat(front.stop()).as("exit status of SIGTERM").isIn(0, 143);
            } finally {
                publisher.destroyForcibly().waitFor();
            }
        }
    }

    private static int port(PenstockProcess penstock) {
        Matcher port = PORT.matcher(penstock.log());
        assertThat(port.find()).as(penstock.log()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static Process publish(int port, String streamId) throws Exception {
        return FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=880", "-c:v", "libopenh264",
                "-b:v",
                "300k", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mpegts",
                "srt://127.0.0.1:" + port + "?pkt_size=1316&streamid=" + streamId)).inheritIO().start();
    }
}

package dev.penstock.dataplane.app;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The nine metrics of the MPEG-TS proxy count what happens, also to a viewer that reads nothing; they end with their stream. */
class ProxyMetricsIT {
    @TempDir
    Path folder;

    @Test
    void shouldCountARealStreamAndItsViewers() throws Exception {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Path clip = folder.resolve("clip.ts");
        // 40 Mbit/s: a viewer that reads nothing falls out of the ring within seconds.
        assertThat(PenstockProcess.ffmpeg("-f", "lavfi", "-i", "nullsrc=size=320x180:rate=25,geq=random(1)*255:128:128",
                "-t", "10", "-c:v", "libopenh264", "-b:v", "2M", "-g", "25", "-pix_fmt", "yuv420p", "-muxrate", "40M",
                "-f", "mpegts", clip.toString())).doesNotContain("exit");
        Path stream = resources.resolve("cam.yaml");
        Files.writeString(stream, """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  outputs: {ts: {writeTimeout: 60s}}
                """.formatted(clip));
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            shouldCountTwoViewersOfWhomOneReadsNothing(penstock);
            PenstockProcess.await("no viewers",
                    () -> value(penstock, "streaming_connections") == 0);
            double duration = value(penstock, "streaming_duration");
            assertThat(value(penstock, "streaming_duration")).isEqualTo(duration);
            Files.delete(stream);
            PenstockProcess.await("no series",
                    () -> !penstock.text("/metrics").contains("streaming_"));
        }
    }

    private static void shouldCountTwoViewersOfWhomOneReadsNothing(PenstockProcess penstock) throws Exception {
        Thread reader;
        try (Socket stalled = open(penstock); Socket reading = open(penstock)) {
            assertThat(stalled.isConnected()).isTrue();
            reader = Thread.ofVirtual().start(() -> {
                byte[] buffer = new byte[64 << 10];
                try (InputStream in = reading.getInputStream()) {
                    while (in.read(buffer) >= 0) {}
                } catch (java.io.IOException e) {
                    return;
                }
            });
            PenstockProcess.await("the stalled viewer to fall out",
                    () -> value(penstock, "streaming_packets_dropped") > 0);
            assertThat(value(penstock, "streaming_connections")).isEqualTo(2);
            assertThat(value(penstock, "streaming_source_connected")).isEqualTo(1);
            double received = value(penstock, "streaming_bytes_received");
            double sent = value(penstock, "streaming_bytes_sent");
            assertThat(sent).isGreaterThan(received * 0.5).isLessThan(value(penstock, "streaming_bytes_received") * 2);
            assertThat(value(penstock, "streaming_packets_received")).isGreaterThanOrEqualTo(received / 188);
            assertThat(value(penstock, "streaming_packets_sent")).isGreaterThanOrEqualTo(sent / 188);
            assertThat(value(penstock, "streaming_bytes_dropped") % 188).isZero();
            assertThat(value(penstock, "streaming_duration")).isGreaterThan(2e9);
        }
        reader.join();
    }

    private static Socket open(PenstockProcess penstock) throws Exception {
        URI url = URI.create(penstock.url("/"));
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new java.net.InetSocketAddress(url.getHost(), url.getPort()));
        socket.getOutputStream().write("GET /live/default/cam/stream.ts HTTP/1.1\r\nHost: test\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static double value(PenstockProcess penstock, String name) {
        return penstock.text("/metrics").lines().filter(line -> line.startsWith(name + "{stream=\"default/cam\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).findFirst()
                .orElse(-1);
    }
}

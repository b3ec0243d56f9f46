package dev.penstock.dataplane.hls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.fanout.FanoutConfig;
import dev.penstock.dataplane.fanout.FanoutMetrics;
import dev.penstock.dataplane.fanout.TsFanout;
import dev.penstock.dataplane.fanout.TsHandler;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.HubMetrics;
import dev.penstock.dataplane.segment.SegmentConfig;
import dev.penstock.dataplane.segment.SegmentWindow;
import dev.penstock.dataplane.segment.TsSegmenter;

import static org.assertj.core.api.Assertions.assertThat;

/** What FFmpeg makes goes through hub, segmenter and HTTP server, and FFmpeg decodes each piece without a complaint. */
class FfmpegSegmentsIT {
    private static final SegmentConfig CONFIG = SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4),
            Duration.ofSeconds(60));

    @TempDir
    private Path dir;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Transport transport = Transport.open(2, "it");
    private final SegmentWindow window = new SegmentWindow(CONFIG);
    private HttpServer server;
    private Hub hub;
    private TsFanout fanout;

    @BeforeEach
    void start() throws Exception {
        EventLoop loop = transport.group().next();
        loop.submit(() -> {
            hub = new Hub("ns/cam", loop, PooledByteBufAllocator.DEFAULT, HubConfig.DEFAULT, InstantSource.system(),
                    new HubMetrics(registry));
            fanout = TsFanout.open(hub, FanoutConfig.DEFAULT, new FanoutMetrics(registry));
            TsSegmenter segmenter = new TsSegmenter(CONFIG, PooledByteBufAllocator.DEFAULT,
                    InstantSource.system().instant());
            segmenter.listen(window);
            hub.listen(segmenter, false);
            hub.begin(HubFixture.SOURCE);
        }).sync();
        Router router = new Router();
        new LiveHls((ns, name) -> Optional.of(window), new HlsViewers(Ticker.systemTicker())).routes(router);
        router.get("/live/{ns}/{name}/stream.ts", new TsHandler((ns, name) -> Optional.of(fanout)));
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS, new HttpMetrics(registry, "it"),
                InstantSource.system(), new InetSocketAddress("127.0.0.1", 0));
    }

    @AfterEach
    void stop() throws Exception {
        hub.executor().submit(hub::close).sync();
        window.close();
        server.stop(Duration.ofSeconds(1)).get();
        transport.group().shutdownGracefully().sync();
    }

    private URI uri(String file) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/live/ns/cam/" + file);
    }

    private static String run(List<String> command) throws Exception {
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }

    private void feed(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += 188 * 70) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 188 * 70));
            hub.executor().submit(() -> hub.packets(Unpooled.wrappedBuffer(part))).sync();
        }
    }

    @ParameterizedTest
    @CsvSource({"h264 with AAC, 4, -c:v libopenh264 -b:v 600k -g 50 -c:a aac -b:a 64k",
            "MPEG-2 with B-frames and two tracks, 4, -c:v mpeg2video -b:v 800k -bf 2 -g 25 -sc_threshold 1000000000 -map 0 -map 1 -map 1 -c:a mp2",
            "long GOP, 2, -c:v libopenh264 -b:v 400k -g 250 -c:a aac", "audio only, 4, -vn -c:a aac -b:a 96k"})
    void shouldDecodeEachIndependentSegmentAlone(String name, int atLeast, String options) throws Exception {
        Path source = dir.resolve("source.ts");
        List<String> make = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t",
                "10.2"));
        make.addAll(List.of(options.split(" ")));
        make.add(source.toString());
        run(make);
        feed(source);
        hub.executor().submit(() -> hub.end("done")).sync();

        HttpClient client = HttpClient.newHttpClient();
        String text = client.send(HttpRequest.newBuilder(uri("media.m3u8")).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        List<MediaSegment> segments = new MediaPlaylistParser().readPlaylist(text).mediaSegments();
        assertThat(segments).as(text).hasSizeGreaterThanOrEqualTo(atLeast);
        for (int i = 0; i < segments.size(); i++) {
            Path file = dir.resolve("seg-" + i + ".ts");
            var answer = client.send(HttpRequest.newBuilder(uri(segments.get(i).uri())).build(),
                    HttpResponse.BodyHandlers.ofFile(file));
            assertThat(answer.statusCode()).isEqualTo(200);
            if (window.view().segments().get(i).independent()) {
                assertThat(run(List.of("ffmpeg", "-xerror", "-v", "error", "-i", file.toString(), "-f", "null", "-")))
                        .as("%s, segment %d", name, i).isEmpty();
            }
        }
        assertThat(frames(join(segments.size()))).isEqualTo(frames(source));
        assertThat(client.send(HttpRequest.newBuilder(uri("index.m3u8")).build(),
                HttpResponse.BodyHandlers.ofString()).body()).contains("CODECS=\"");
    }

    private Path join(int count) throws IOException {
        Path all = dir.resolve("joined.ts");
        try (var out = Files.newOutputStream(all)) {
            for (int i = 0; i < count; i++) {
                Files.copy(dir.resolve("seg-" + i + ".ts"), out);
            }
        }
        return all;
    }

    /** A checksum per decoded frame of every stream, in order of the streams. */
    private static List<String> frames(Path file) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : run(
                List.of("ffmpeg", "-v", "error", "-i", file.toString(), "-map", "0", "-f", "framemd5", "-"))
                .lines().toList()) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(",");
                lines.add(parts[0] + parts[parts.length - 1]);
            }
        }
        lines.sort(null);
        return lines;
    }
}

package dev.penstock.dataplane.dash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.dash.manifest.Mpd;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.hls.CmafHls;
import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.hls.LiveHls;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.DemuxEvents;
import dev.penstock.dataplane.media.ts.TsDemuxer;
import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafSegmenter;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.LiveCmafWindow;
import dev.penstock.dataplane.segment.SegmentConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** A live stream of FFmpeg's, cut and served by us, played by FFmpeg and by a client that follows the standard. */
class LiveDashIT {
    private static final CmafConfig CONFIG = new CmafConfig(
            SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(24)),
            Optional.of(Duration.ofMillis(500)), true);

    @TempDir
    private Path dir;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Transport transport = Transport.open(2, "it");
    private final EventLoop loop = transport.group().next();
    private final LiveCmafWindow window = new LiveCmafWindow(CONFIG);
    private final HttpClient client = HttpClient.newHttpClient();
    private boolean lowLatency;
    private HttpServer server;
    private CmafSegmenter segmenter;
    private TsDemuxer demuxer;
    private Process source;
    private Thread feeder;

    @BeforeEach
    void start() throws Exception {
        segmenter = new CmafSegmenter(CONFIG, PooledByteBufAllocator.DEFAULT, InstantSource.system().instant(),
                LastNumbers.NONE, window);
        demuxer = new TsDemuxer(PooledByteBufAllocator.DEFAULT, new DemuxEvents() {
            @Override
            public void tracks(List<Track> tracks) {
                segmenter.tracks(tracks);
            }

            @Override
            public void sample(Sample sample) {
                segmenter.sample(sample);
            }
        });
        LiveDash dash = new LiveDash((ns, name) -> Optional.of(new DashOutput(window, lowLatency)),
                InstantSource.system(), new DashMetrics(registry));
        HlsViewers viewers = new HlsViewers(Ticker.systemTicker());
        CmafHls cmaf = new CmafHls((ns, name) -> Optional.of(window), (ns, name) -> Optional.of(window), viewers,
                dash::unfinished);
        Router router = new Router();
        new LiveHls((ns, name) -> Optional.empty(), cmaf, viewers).routes(router);
        dash.routes(router);
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS, new HttpMetrics(registry, "it"),
                InstantSource.system(), new InetSocketAddress("127.0.0.1", 0));
        source = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
                "-c:v",
                "libopenh264", "-b:v", "300k", "-g", "50", "-c:a", "aac", "-b:a", "64k", "-f", "mpegts",
                "-flush_packets",
                "1", "-muxdelay", "0", "pipe:1")).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        feeder = Thread.ofPlatform().start(this::feed);
    }

    private void feed() {
        try (InputStream in = source.getInputStream()) {
            byte[] bytes = new byte[188 * 340];
            int have = 0;
            for (int count = in.read(bytes); count > 0; count = in.read(bytes, have, bytes.length - have)) {
                have += count;
                int whole = have / 188 * 188;
                byte[] packets = Arrays.copyOf(bytes, whole);
                System.arraycopy(bytes, whole, bytes, 0, have - whole);
                have -= whole;
                loop.execute(() -> {
                    segmenter.arrived(InstantSource.system().millis());
                    demuxer.packets(Unpooled.wrappedBuffer(packets));
                });
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @AfterEach
    void stop() throws Exception {
        source.destroy();
        source.waitFor();
        feeder.join();
        loop.submit(() -> {
            demuxer.flush();
            demuxer.close();
            segmenter.ended();
            window.close();
        }).sync();
        server.stop(Duration.ofSeconds(1)).get();
        transport.group().shutdownGracefully().sync();
    }

    private URI uri(String file) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/live/ns/cam/" + file);
    }

    private <T> HttpResponse<T> get(String file, HttpResponse.BodyHandler<T> handler) throws Exception {
        HttpResponse<T> answer = client.send(HttpRequest.newBuilder(uri(file)).build(), handler);
        assertThat(answer.statusCode()).as(file).isEqualTo(200);
        return answer;
    }

    private static String run(List<String> command) throws Exception {
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }

    @Test
    @Timeout(120)
    void shouldPlayInFfmpegWithoutALine() throws Exception {
        // FFmpeg's reader asks for what is not there yet when it has read all that is listed, and then loses its place: it gets a lead, and
        // reads as fast as a player does.
        String manifest = get("manifest.mpd", HttpResponse.BodyHandlers.ofString()).body();
        while (new Mpd(manifest).representations().getFirst().timeline().size() < 4) {
            TimeUnit.MILLISECONDS.sleep(100);
            manifest = get("manifest.mpd", HttpResponse.BodyHandlers.ofString()).body();
        }
        Path frames = dir.resolve("frames");
        String said = run(List.of("ffmpeg", "-xerror", "-v", "warning", "-re", "-i", uri("manifest.mpd").toString(),
                "-t", "15", "-map",
                "0:v", "-map", "0:a", "-f", "framecrc", frames.toString()));
        // Only that it was late itself, on a busy machine.
        assertThat(said.lines().filter(line -> !line.contains("Resumed reading at"))).isEmpty();
        List<String> lines = Files.readAllLines(frames);
        assertThat(lines).filteredOn(line -> line.startsWith("0,")).hasSizeBetween(370, 376);
        assertThat(lines).filteredOn(line -> line.startsWith("1,")).hasSizeBetween(690, 710);
    }

    @Test
    @Timeout(60)
    void shouldGiveGrowingSegmentsToAClientThatCounts() throws Exception {
        lowLatency = true;
        HttpResponse<String> answer = get("manifest.mpd", HttpResponse.BodyHandlers.ofString());
        Mpd.Representation video = new Mpd(answer.body()).representations().getFirst();
        assertThat(video.hasTimeline()).as(answer.body()).isFalse();
        Instant told = Instant.parse(get("time", HttpResponse.BodyHandlers.ofString()).body());
        assertThat(Duration.between(told, InstantSource.system().instant())).isLessThan(Duration.ofSeconds(2));

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(get(video.initialization(), HttpResponse.BodyHandlers.ofByteArray()).body());
        long number = video.newestNumber(InstantSource.system().instant()) + 1;
        for (int i = 0; i < 4; i++, number++) {
            while (video.newestNumber(InstantSource.system().instant()) < number) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            HttpResponse<InputStream> growing = get(video.media(number), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(growing.headers().firstValue("Transfer-Encoding")).contains("chunked");
            assertThat(growing.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
            long first = 0;
            byte[] bytes = new byte[64 << 10];
            try (InputStream body = growing.body()) {
                for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                    first = first == 0 ? InstantSource.system().millis() : first;
                    all.write(bytes, 0, count);
                }
            }
            long ends = video.endsAtMs(number);
            assertThat(ends - first).as("begins before it is whole").isGreaterThan(500);
            assertThat(InstantSource.system().millis() - ends).as("is whole when it should be").isLessThan(1000);
        }
        Path file = Files.write(dir.resolve("video.mp4"), all.toByteArray());
        assertThat(
                run(List.of("ffmpeg", "-xerror", "-v", "warning", "-i", file.toString(), "-f", "framecrc", "-")).lines()
                        .filter(line -> line.startsWith("0,")))
                .hasSize(200);
    }
}

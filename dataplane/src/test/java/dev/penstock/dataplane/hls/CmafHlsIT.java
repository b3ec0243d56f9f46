package dev.penstock.dataplane.hls;

import java.io.ByteArrayOutputStream;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.hls.playlist.PlaylistCheck;
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

/** What FFmpeg makes goes through demultiplexer, segmenter and HTTP server, and comes out as HLS that players take. */
class CmafHlsIT {
    private static final Pattern HINT = Pattern.compile("PRELOAD-HINT:TYPE=PART,URI=\"(\\w+/(\\d+)\\.(\\d+)\\.m4s)\"");
    private static final int SECONDS = 8;

    @TempDir
    private Path dir;
    private final Transport transport = Transport.open(2, "it");
    private final EventLoop loop = transport.group().next();
    private final HttpClient client = HttpClient.newHttpClient();
    private LiveCmafWindow window;
    private CmafSegmenter segmenter;
    private TsDemuxer demuxer;
    private HttpServer server;

    private void start(boolean lowLatency) throws Exception {
        CmafConfig config = new CmafConfig(
                SegmentConfig.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(60)),
                lowLatency ? Optional.of(Duration.ofMillis(320)) : Optional.empty(), false);
        window = new LiveCmafWindow(config);
        segmenter = new CmafSegmenter(config, PooledByteBufAllocator.DEFAULT, InstantSource.system().instant(),
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
        Router router = new Router();
        HlsViewers viewers = new HlsViewers(Ticker.systemTicker());
        new LiveHls((ns, name) -> Optional.empty(),
                new CmafHls((ns, name) -> Optional.of(window), (ns, name) -> Optional.of(window), viewers), viewers)
                .routes(router);
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "it"), InstantSource.system(),
                new InetSocketAddress("127.0.0.1", 0));
    }

    @AfterEach
    void stop() throws Exception {
        loop.submit(window::close).sync();
        server.stop(Duration.ofSeconds(1)).get();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private Path source() throws Exception {
        Path source = dir.resolve("source.ts");
        run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=48000", "-t", Integer.toString(SECONDS), "-c:v", "libopenh264", "-b:v",
                "600k", "-g", "25", "-c:a", "aac", "-b:a", "64k", source.toString());
        return source;
    }

    private void feed(byte[] bytes) throws Exception {
        loop.submit(() -> {
            segmenter.arrived(InstantSource.system().millis());
            demuxer.packets(Unpooled.wrappedBuffer(bytes));
        }).sync();
    }

    /** Feeds a file in the time that it takes to play. */
    private void feedLive(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        int pieces = SECONDS * 25;
        for (int i = 0; i < pieces; i++) {
            int from = (int) ((long) bytes.length / 188 * i / pieces) * 188;
            int to = (int) ((long) bytes.length / 188 * (i + 1) / pieces) * 188;
            feed(Arrays.copyOfRange(bytes, from, to));
            TimeUnit.MILLISECONDS.sleep(40);
        }
        end();
    }

    private void end() throws Exception {
        loop.submit(() -> {
            demuxer.flush();
            demuxer.close();
            segmenter.ended();
        }).sync();
    }

    private URI uri(String file) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/live/ns/cam/" + file);
    }

    private HttpResponse<byte[]> get(String file) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(file)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String text(String file) throws Exception {
        HttpResponse<byte[]> answer = get(file);
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as("%s: %s", file, text).isEqualTo(200);
        return text;
    }

    private static String run(String... command) throws Exception {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }

    private static List<String> packets(String input) throws Exception {
        return run("ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=codec_type,nb_read_packets",
                "-of",
                "csv=p=0", input).lines().distinct().sorted().toList();
    }

    private static int frames(String input, String type) throws Exception {
        return packets(input).stream().filter(l -> l.startsWith(type))
                .mapToInt(l -> Integer.parseInt(l.substring(l.indexOf(',') + 1).replace(",", ""))).max().orElse(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPlayInFfmpegWithoutAComplaint(boolean lowLatency) throws Exception {
        start(lowLatency);
        Path source = source();
        byte[] bytes = Files.readAllBytes(source);
        for (int i = 0; i < bytes.length; i += 188 * 70) {
            feed(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 188 * 70)));
        }
        end();
        String index = uri("index.m3u8").toString();
        PlaylistCheck.check(text("index.m3u8"));
        for (String rendition : List.of("video.m3u8", "audio.m3u8")) {
            PlaylistCheck.check(text(rendition));
        }
        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", index, "-f", "null", "-")).isEmpty();
        assertThat(frames(index, "video")).isEqualTo(frames(source.toString(), "video"));
        assertThat(frames(index, "audio")).isGreaterThan(SECONDS * 46);
    }

    @Test
    void shouldPlayLiveInFfmpeg() throws Exception {
        start(true);
        Path source = source();
        CompletableFuture<String> player = CompletableFuture.supplyAsync(() -> {
            try {
                // Says at each reload that it reads the initialization segment again: a warning about itself.
                return run("ffmpeg", "-v", "error", "-xerror", "-live_start_index", "0", "-i",
                        uri("index.m3u8").toString(), "-f", "null", "-");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        feedLive(source);
        assertThat(player.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    /** Plays by the rules of low latency: blocking reloads with delta updates, and hinted parts asked for before they are there. */
    @Test
    void shouldDeliverEachPartAsItIsHinted() throws Exception {
        start(true);
        Path source = source();
        CompletableFuture<byte[]> player = CompletableFuture.supplyAsync(() -> {
            try {
                return play();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        feedLive(source);
        Path file = Files.write(dir.resolve("parts.mp4"), player.get(60, TimeUnit.SECONDS));
        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", file.toString(), "-f", "null", "-")).isEmpty();
        // The player begins with the parts of the segments that are listed first.
        assertThat(frames(file.toString(), "video")).isEqualTo(SECONDS * 25);
    }

    private byte[] play() throws Exception {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        String playlist = text("video.m3u8");
        Matcher init = Pattern.compile("MAP:URI=\"([^\"]+)\"").matcher(playlist);
        assertThat(init.find()).isTrue();
        got.write(get(init.group(1)).body());
        List<String> taken = new ArrayList<>();
        while (true) {
            PlaylistCheck.check(playlist);
            for (Matcher part = Pattern.compile("PART:DURATION=[0-9.]+,URI=\"([^\"]+)\"").matcher(playlist); part
                    .find();) {
                take(part.group(1), taken, got);
            }
            Matcher hint = HINT.matcher(playlist);
            if (!hint.find()) {
                assertThat(playlist).endsWith("#EXT-X-ENDLIST\n");
                return got.toByteArray();
            }
            CompletableFuture<HttpResponse<byte[]>> hinted = client.sendAsync(
                    HttpRequest.newBuilder(uri(hint.group(1))).build(), HttpResponse.BodyHandlers.ofByteArray());
            String next = text(
                    "video.m3u8?_HLS_msn=" + hint.group(2) + "&_HLS_part=" + hint.group(3) + "&_HLS_skip=YES");
            HttpResponse<byte[]> part = hinted.get(10, TimeUnit.SECONDS);
            if (part.statusCode() == 200) {
                taken.add(hint.group(1));
                got.write(part.body());
            }
            playlist = next;
        }
    }

    private void take(String part, List<String> taken, ByteArrayOutputStream got) throws Exception {
        if (!taken.contains(part)) {
            HttpResponse<byte[]> answer = get(part);
            assertThat(answer.statusCode()).as(part).isEqualTo(200);
            taken.add(part);
            got.write(answer.body());
        }
    }
}

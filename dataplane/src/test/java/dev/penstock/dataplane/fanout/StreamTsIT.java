package dev.penstock.dataplane.fanout;

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

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubMetrics;
import dev.penstock.dataplane.media.SourceInfo;

import static org.assertj.core.api.Assertions.assertThat;

/** Viewers over real sockets on several event loops, from a late join over a change of source to the stream's end. */
class StreamTsIT {
    @TempDir
    private Path dir;

    private static String ffmpeg(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg"));
        command.addAll(List.of(arguments));
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }

    private Path make(String name, int startSeconds) throws Exception {
        Path file = dir.resolve(name);
        ffmpeg("-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=48000", "-t", "4", "-c:v", "libopenh264", "-b:v", "500k", "-g", "25",
                "-c:a", "aac", "-output_ts_offset", Integer.toString(startSeconds), file.toString());
        return file;
    }

    private static void feed(Hub hub, Path file, int index) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        hub.executor().submit(() -> hub.begin(new SourceInfo("file", file.getFileName().toString(), index))).sync();
        for (int i = 0; i < bytes.length; i += 1316) {
            byte[] part = Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 1316));
            hub.executor().submit(() -> hub.packets(Unpooled.wrappedBuffer(part))).sync();
        }
        hub.executor().submit(() -> hub.end("done")).sync();
    }

    @Test
    void shouldPlayOverAChangeOfSourceWithoutAnError() throws Exception {
        var registry = new SimpleMeterRegistry();
        Transport transport = Transport.open(3, "it");
        EventLoop loop = transport.group().next();
        Hub hub = loop.submit(() -> new Hub("ns/cam", loop, PooledByteBufAllocator.DEFAULT, HubConfig.DEFAULT,
                InstantSource.system(), new HubMetrics(registry))).get();
        TsFanout fanout = loop.submit(() -> TsFanout.open(hub, FanoutConfig.DEFAULT, new FanoutMetrics(registry)))
                .get();
        Router router = new Router().get("/live/{ns}/{name}/stream.ts",
                new TsHandler((ns, name) -> Optional.of(fanout)));
        HttpServer server = HttpServer.start(transport, router, HttpLimits.DEFAULTS, new HttpMetrics(registry, "it"),
                InstantSource.system(), new InetSocketAddress("127.0.0.1", 0));
        Path first = make("first.ts", 0);
        Path second = make("second.ts", 5000);
        feed(hub, first, 0);
        List<CompletableFuture<HttpResponse<Path>>> viewers = new ArrayList<>();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/live/ns/cam/stream.ts");
        for (int i = 0; i < 6; i++) {
            viewers.add(client.sendAsync(HttpRequest.newBuilder(uri).build(),
                    HttpResponse.BodyHandlers.ofFile(dir.resolve("viewer-" + i + ".ts"))));
        }
        for (int i = 0; i < 600 && fanout.viewers() < 6; i++) {
            loop.schedule(() -> {}, 20, TimeUnit.MILLISECONDS).sync();
        }
        assertThat(fanout.viewers()).isEqualTo(6);
        feed(hub, second, 1);
        // The last writes are under way; closing a connection does not wait for a client that reads slowly.
        loop.schedule(hub::close, 500, TimeUnit.MILLISECONDS).sync();
        for (CompletableFuture<HttpResponse<Path>> viewer : viewers) {
            Path got = viewer.get(20, TimeUnit.SECONDS).body();
            assertThat(Files.size(got) % 188).isZero();
            assertThat(Files.mismatch(got, viewers.getFirst().get().body())).isEqualTo(-1);
        }
        Path got = dir.resolve("viewer-0.ts");
        // From the last keyframe of the first source (1 s before its end) to the end of the second.
        assertThat(ffmpeg("-xerror", "-v", "error", "-i", got.toString(), "-f", "null", "-")).isEmpty();
        assertThat(ffmpeg("-v", "error", "-i", got.toString(), "-map", "0:v", "-f", "framemd5", "-").lines()
                .filter(line -> !line.startsWith("#"))).hasSize(125);
        assertThat(hub.stats().faults()).isZero();
        server.stop(Duration.ofSeconds(1)).get();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}

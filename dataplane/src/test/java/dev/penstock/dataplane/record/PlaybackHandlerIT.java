package dev.penstock.dataplane.record;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.store.StoreException.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class PlaybackHandlerIT {
    @TempDir
    Path folder;
    private final FaultyStore store = new FaultyStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Recorders recorders = new Recorders();
    private Transport transport;
    private HttpServer server;
    private Studio studio;
    private Recorder recorder;

    @BeforeEach
    void begin() throws Exception {
        Router router = new Router();
        new PlaybackHandler(recorders, workers, 1 << 20).register(router);
        transport = Transport.open(1, "it");
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "it"),
                InstantSource.system(), new InetSocketAddress("127.0.0.1", 0));
        studio = new Studio(folder.resolve("spool"));
        recorder = studio.recorder(() -> store);
        recorders.add(recorder);
        recorder.start();
    }

    @AfterEach
    void end() throws Exception {
        server.stop(Duration.ZERO).get(10, TimeUnit.SECONDS);
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        recorder.close();
        workers.shutdown();
        assertThat(studio.made).allSatisfy(segment -> assertThat(segment.refCnt()).isZero());
    }

    @Test
    void shouldPlayARunningRecordingThatIsNotUploadedYet() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        for (byte[] segment : Ffmpeg.segments(folder, 4)) {
            record(segment);
        }
        HttpResponse<String> master = get("index.m3u8");
        assertThat(master.headers().firstValue("content-type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("application/vnd.apple.mpegurl"));
        String media = "/recordings/shop/door/" + uris(master.body()).getFirst();
        HttpResponse<String> running = get(media.substring("/recordings/shop/door/".length()));
        assertThat(running.body()).contains("#EXT-X-PLAYLIST-TYPE:EVENT").doesNotContain("ENDLIST");
        assertThat(uris(running.body())).hasSize(4);
        assertThat(get("sessions.json").body()).contains("\"state\":\"recording\"").contains("\"segments\":4");
        recorder.stop();
        Studio.await("the end", () -> body(media).contains("ENDLIST"));
        Ffmpeg.play(base() + "index.m3u8");
        assertThat(Ffmpeg.frames(base() + "index.m3u8")).isEqualTo(4 * 50);
    }

    @Test
    void shouldPlayFromTheStoreWhatIsNoLongerInTheSpool() throws Exception {
        for (byte[] segment : Ffmpeg.segments(folder, 4)) {
            record(segment);
        }
        recorder.stop().get(20, TimeUnit.SECONDS);
        assertThat(recorder.sessions()).isEmpty();
        Ffmpeg.play(base() + "index.m3u8");
        for (int i = 0; i < 5; i++) {
            // more than fits into the proxy's memory at once, so what was lent comes back
            assertThat(Ffmpeg.frames(base() + "index.m3u8")).isEqualTo(4 * 50);
        }
        assertThat(get("sessions.json").body()).contains("\"state\":\"stored\"");
        store.failing(Kind.UNAVAILABLE);
        assertThat(get("index.m3u8").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldRefuseWhatIsNoName() throws Exception {
        record(Studio.content(1));
        String session = recorder.status().session();
        for (String path : List.of("nosuch/media.m3u8", session + "/session.json", session + "/movie.ts",
                session + "/..%2fsession.json", "..%2f..%2fetc/passwd", session + "/%2e%2e/session.json",
                "20261121t120000z-zzzzzz/media.m3u8", session
                        + "/000000000001-1795262400000-180000t90000-0216000000-ts-3-00000000.ts")) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 404);
        }
        assertThat(
                client.send(HttpRequest.newBuilder(URI.create(base().replace("door", "gate") + "index.m3u8")).build(),
                        HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldSay404BeforeTheFirstSegment() throws Exception {
        assertThat(get("index.m3u8").statusCode()).isEqualTo(404);
        assertThat(get("sessions.json").body()).isEqualTo("[]");
    }

    private void record(byte[] content) {
        int before = recorder.status().segments();
        studio.record(recorder, Unpooled.wrappedBuffer(content));
        Studio.await("kept", () -> recorder.status().segments() > before);
    }

    private static List<String> uris(String playlist) {
        return playlist.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private String base() {
        return "http://127.0.0.1:" + server.address().getPort() + "/recordings/shop/door/";
    }

    private String body(String path) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(base()).resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(base() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

package dev.penstock.dataplane.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

class HlsPullIT extends PullIT {
    private static final int THIRD = FILE.length / 188 / 3 * 188;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentLinkedQueue<InetSocketAddress> clients = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", this::answer);
        server.start();
        for (int i = 0; i < 3; i++) {
            files.put("/v/" + i + ".ts", Arrays.copyOfRange(FILE, i * THIRD, i == 2 ? FILE.length : (i + 1) * THIRD));
        }
        files.put("/all.ts", FILE);
    }

    @AfterEach
    void stopServing() {
        server.stop(0);
    }

    @Test
    void shouldPlayTheBestVariantToItsEnd() {
        put("/master.m3u8", """
                #EXTM3U
                #EXT-X-STREAM-INF:BANDWIDTH=100
                low.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=900
                /moved/v/high.m3u8?t=1
                """);
        put("/v/high.m3u8", """
                #EXTM3U
                #EXT-X-TARGETDURATION:1
                #EXTINF:1,
                0.ts
                #EXTINF:1,
                ./1.ts
                #EXTINF:1,
                /v/2.ts
                #EXT-X-ENDLIST
                """);
        pull(new PullConfig.Source(base + "/master.m3u8?token=secret", List.of(), "me", "secret", false));
        sink.awaitEvent("over");

        assertThat(sink.bytes()).isEqualTo(FILE);
        assertThat(sink.events()).containsExactly("connecting 0", "begin 0", "connected 0",
                "end " + base + "/master.m3u8: end of the playlist",
                "over " + base + "/master.m3u8: end of the playlist");
        assertThat(requests).containsExactly("/master.m3u8?token=secret gzip Basic bWU6c2VjcmV0",
                "/moved/v/high.m3u8?t=1 gzip Basic bWU6c2VjcmV0", "/v/high.m3u8?t=1 gzip Basic bWU6c2VjcmV0",
                "/v/0.ts identity Basic bWU6c2VjcmV0", "/v/1.ts identity Basic bWU6c2VjcmV0",
                "/v/2.ts identity Basic bWU6c2VjcmV0");
        assertThat(clients.stream().distinct().count()).as("connections, one more behind the redirect").isEqualTo(3);
    }

    @Test
    void shouldReadRanges() {
        put("/ranges.m3u8", """
                #EXTM3U
                #EXT-X-TARGETDURATION:1
                #EXTINF:1,
                #EXT-X-BYTERANGE:%d@0
                all.ts
                #EXTINF:1,
                #EXT-X-BYTERANGE:%d
                all.ts
                #EXT-X-ENDLIST
                """.formatted(THIRD, FILE.length - THIRD));
        pull(base + "/ranges.m3u8");
        sink.awaitEvent("over");

        assertThat(sink.bytes()).isEqualTo(FILE);
    }

    @Test
    void shouldPassOverWhatIsLostWithADiscontinuity() {
        put("/lost.m3u8", """
                #EXTM3U
                #EXT-X-TARGETDURATION:1
                #EXTINF:1,
                v/0.ts
                #EXTINF:1,
                v/nothing.ts
                #EXTINF:1,
                v/2.ts
                #EXT-X-DISCONTINUITY
                #EXTINF:1,
                v/0.ts
                #EXT-X-ENDLIST
                """);
        pull(base + "/lost.m3u8");
        sink.awaitEvent("over");

        assertThat(sink.events()).containsExactly("connecting 0", "begin 0", "connected 0",
                "end " + base + "/v/nothing.ts answered 404 Not Found (expected: 200)", "begin 0",
                "end a discontinuity in the playlist", "begin 0", "end " + base + "/lost.m3u8: end of the playlist",
                "over " + base + "/lost.m3u8: end of the playlist");
        assertThat(requests.stream().filter(r -> r.startsWith("/v/nothing.ts")).count()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "/nothing.m3u8|/nothing.m3u8 answered 404 Not Found (expected: 200)",
            "/page.m3u8|/page.m3u8 is no playlist (expected: #EXTM3U in the first line)",
            "/key.m3u8|/key.m3u8 is encrypted (EXT-X-KEY METHOD=SAMPLE-AES), not served (expected: MPEG-TS segments, in the clear or with AES-128, or fMP4 in the clear)",
            "/far.m3u8|/far.m3u8 leads to no http or https URL (expected: a media playlist)",
            "/text.m3u8|/page.m3u8: no transport stream in the segment (expected: MPEG-TS)",
            "/bomb.m3u8|/bomb.m3u8: Decompression buffer has reached maximum size: 1048576"})
    void shouldSayWhatIsWrong(String path, String message) {
        put("/page.m3u8", "<html>no");
        put("/key.m3u8", "#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES\n");
        put("/far.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/passwd\n");
        put("/text.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\npage.m3u8\n");
        put("/bomb.m3u8", "#EXTM3U\n" + "\n".repeat(30 << 20));
        pull(base + path);
        sink.awaitEvent("failed");

        assertThat(sink.events()).contains("failed 0 " + base + message + "; later");
        assertThat(sink.count("begin")).isZero();
    }

    /** Segments as FFmpeg encrypts them: with a vector that the playlist tells, and with their numbers. */
    @ParameterizedTest
    @CsvSource({"00112233445566778899aabbccddeeff", "''"})
    void shouldDecryptSegments(String vector) throws Exception {
        Path key = Files.write(folder.resolve("key"), "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        Path info = Files.writeString(folder.resolve("info"), base + "/keys/1\n" + key + "\n" + vector + "\n");
        Path clip = Files.write(folder.resolve("clip.ts"), FILE);
        Process writer = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-i", clip.toString(), "-c", "copy",
                "-f", "hls", "-hls_time", "1", "-start_number", "70000", "-hls_playlist_type", "vod",
                "-hls_key_info_file", info.toString(), folder.resolve("enc.m3u8").toString())).inheritIO().start();
        assertThat(writer.waitFor()).isZero();
        files.put("/keys/1", Files.readAllBytes(key));
        try (var written = Files.list(folder)) {
            for (Path file : written.toList()) {
                files.put("/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        pull(base + "/enc.m3u8");
        sink.awaitEvent("over");

        assertThat(sink.events()).containsExactly("connecting 0", "begin 0", "connected 0",
                "end " + base + "/enc.m3u8: end of the playlist", "over " + base + "/enc.m3u8: end of the playlist");
        assertThat(requests.stream().filter(r -> r.startsWith("/keys/1 ")).count()).isEqualTo(1);
        Path received = Files.write(folder.resolve("received.ts"), sink.bytes());
        Process check = FfmpegPrograms
                .process(List.of("ffmpeg", "-v", "error", "-xerror", "-i", received.toString(), "-f", "null", "-"))
                .redirectErrorStream(true).start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
        assertThat(Files.size(received)).isGreaterThan(FILE.length * 3L / 4);
    }

    /** Video and audio in the same segments, as FFmpeg writes them, once more behind a discontinuity with a gap before it. */
    @Test
    void shouldPlayFragmentedMp4() throws Exception {
        Path clip = Files.write(folder.resolve("clip.ts"), FILE);
        Process writer = FfmpegPrograms
                .process(
                        List.of("ffmpeg", "-v", "error", "-i", clip.toString(), "-c", "copy", "-bsf:a", "aac_adtstoasc",
                                "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
                                "-hls_fmp4_init_filename", "init.mp4", folder.resolve("cmaf.m3u8").toString()))
                .inheritIO().start();
        assertThat(writer.waitFor()).isZero();
        try (var written = Files.list(folder)) {
            for (Path file : written.toList()) {
                files.put("/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        String once = new String(files.get("/cmaf.m3u8"), StandardCharsets.UTF_8);
        put("/twice.m3u8", once.replace("#EXT-X-ENDLIST", "#EXTINF:1,\nnothing.m4s\n#EXT-X-DISCONTINUITY\n"
                + once.substring(once.indexOf("#EXTINF"))));
        pull(base + "/cmaf.m3u8");
        sink.await(Duration.ofSeconds(30), () -> sink.count("over") > 0);
        List<RecordingSink.Seen> whole = sink.samples();
        assertThat(whole.stream().filter(s -> s.track() == 0)).hasSize(75);
        assertThat(whole.stream().filter(s -> s.track() == 1)).hasSizeBetween(129, 131);
        assertThat(whole.stream().filter(s -> s.track() == 0).map(RecordingSink.Seen::dts)).isSorted();
        assertThat(sink.count("begin")).isEqualTo(1);
        assertThat(requests.stream().filter(r -> r.startsWith("/init.mp4 ")).count()).isEqualTo(1);
        pull(base + "/twice.m3u8");
        sink.await(Duration.ofSeconds(30), () -> sink.count("over") > 1);
        assertThat(sink.samples()).hasSize(3 * whole.size());
        assertThat(sink.events()).contains("end " + base + "/nothing.m4s answered 404 Not Found (expected: 200)");
    }

    @Test
    void shouldSayThatTheKeyIsAnother() {
        put("/key", "0123456789abcdef");
        put("/long", "0123456789abcdefg");
        put("/wrong.m3u8", encrypted("key"));
        put("/long.m3u8", encrypted("long"));
        pull(base + "/wrong.m3u8");
        sink.awaitEvent("failed");
        assertThat(sink.events())
                .contains("failed 0 " + base
                        + "/v/2.ts: cannot be decrypted with the key that the playlist names; later");
        pull(base + "/long.m3u8");
        String message = "failed 0 " + base + "/long: 17 bytes (expected: a key of 16); later";
        sink.await(Duration.ofSeconds(30), () -> sink.events().contains(message));
    }

    private static String encrypted(String key) {
        return "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"/" + key
                + "\"\n#EXTINF:1,\nv/0.ts\n#EXTINF:1,\nv/1.ts\n#EXTINF:1,\nv/2.ts\n";
    }

    /** FFmpeg writes, a file server serves: what comes out is even, complete and clean. */
    @Test
    void shouldFollowALivePlaylist() throws Exception {
        HttpServer live = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder, SimpleFileServer.OutputLevel.NONE);
        live.start();
        Process writer = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=880", "-c:v", "libopenh264",
                "-b:v",
                "300k", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "hls", "-hls_time", "1",
                "-hls_list_size",
                "5", "-hls_flags", "delete_segments", folder.resolve("live.m3u8").toString())).inheritIO().start();
        try {
            sink.await(Duration.ofSeconds(30), () -> lists(folder.resolve("live.m3u8"), 4));
            pull("http://127.0.0.1:" + live.getAddress().getPort() + "/live.m3u8");
            sink.awaitEvent("begin");
            List<Integer> perSecond = new ArrayList<>();
            for (int second = 0; second < 10; second++) {
                int before = sink.size();
                long end = System.nanoTime() + 1_000_000_000;
                sink.await(Duration.ofSeconds(5), () -> System.nanoTime() > end);
                perSecond.add(sink.size() - before);
            }
            assertThat(sink.events()).containsExactly("connecting 0", "begin 0", "connected 0");
            assertThat(perSecond).as("bytes each second").allMatch(bytes -> bytes > 20_000 && bytes < 120_000);
        } finally {
            writer.destroyForcibly().waitFor();
            live.stop(0);
        }
        stop();
        Path received = Files.write(folder.resolve("received.ts"), sink.bytes());
        Process check = FfmpegPrograms
                .process(List.of("ffmpeg", "-v", "error", "-xerror", "-i", received.toString(), "-f",
                        "null", "-"))
                .redirectErrorStream(true).start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    }

    private static boolean lists(Path playlist, int segments) {
        try {
            return Files.readString(playlist).lines().filter(line -> line.startsWith("#EXTINF")).count() >= segments;
        } catch (IOException e) {
            return false;
        }
    }

    private void put(String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String coding = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        requests.add(exchange.getRequestURI() + " " + coding + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        clients.add(exchange.getRemoteAddress());
        byte[] body = files.get(path);
        if (path.startsWith("/moved")) {
            exchange.getResponseHeaders().set("Location",
                    exchange.getRequestURI().toString().substring("/moved".length()));
            exchange.sendResponseHeaders(302, -1);
        } else if (body == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (exchange.getRequestHeaders().containsKey("Range")) {
            String[] range = exchange.getRequestHeaders().getFirst("Range").substring("bytes=".length()).split("-");
            byte[] part = Arrays.copyOfRange(body, Integer.parseInt(range[0]), Integer.parseInt(range[1]) + 1);
            exchange.getResponseHeaders().set("Content-Range",
                    "bytes " + range[0] + "-" + range[1] + "/" + body.length);
            exchange.sendResponseHeaders(206, part.length);
            exchange.getResponseBody().write(part);
        } else if (coding.equals("gzip")) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(body);
            }
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, packed.size());
            packed.writeTo(exchange.getResponseBody());
        } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}

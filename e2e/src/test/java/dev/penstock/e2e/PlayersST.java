package dev.penstock.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The players that people use play every output in a real browser: no stall and no error in the player's own words.
 * {@code -Dplayers.seconds=180} for longer.
 */
class PlayersST {
    private static final long SECONDS = Long.getLong("players.seconds", 12);
    private static final long LIMIT_SECONDS = SECONDS + 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;
    private static Standalone penstock;
    private static HttpServer pages;

    @BeforeAll
    static void start() throws Exception {
        Path clip = folder.resolve("clip.ts");
        new ProcessBuilder("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=48000", "-t", "20", "-c:v", "libx264", "-preset", "veryfast", "-bf",
                "2",
                "-g", "25", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", clip.toString()).inheritIO()
                .start()
                .waitFor();
        Path resources = Files.createDirectories(folder.resolve("resources"));
        for (String name : List.of("plain", "low")) {
            Files.writeString(resources.resolve(name + ".yaml"),
                    """
                            apiVersion: penstock.dev/v1alpha1
                            kind: LiveStream
                            metadata: {name: %1$s}
                            spec:
                              source:
                                pull:
                                  urls:
                                    - command: [ffmpeg, -v, error, -re, -stream_loop, "-1", -i, %2$s, -c, copy, -f, mpegts, "pipe:1"]
                              segment: {format: FMP4}
                              outputs: {hls: {lowLatency: %3$b}, dash: {enabled: true, lowLatency: %3$b}}
                            """
                            .formatted(name, clip, name.equals("low")));
        }
        penstock = Standalone.run(resources, folder.resolve("data"));
        pages = pages(Path.of(Optional.ofNullable(System.getenv("PENSTOCK_PLAYERS")).orElseThrow(
                () -> new AssertionError("PENSTOCK_PLAYERS is not set. Run: eval \"$(e2e/players)\""))));
    }

    @AfterAll
    static void stop() {
        pages.stop(0);
        penstock.close();
    }

    @ParameterizedTest
    @CsvSource({"hls, plain/index.m3u8", "shaka, plain/index.m3u8", "shaka, plain/manifest.mpd",
            "dash, plain/manifest.mpd",
            "hls, low/index.m3u8", "shaka, low/index.m3u8", "shaka, low/manifest.mpd", "dash, low/manifest.mpd"})
    void shouldPlayWithoutAStall(String player, String what) throws IOException {
        boolean low = what.startsWith("low");
        URI page = URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/?player=" + player
                + (low ? "&low=1" : "")
                + "&url=" + URLEncoder.encode(penstock.url() + "/live/default/" + what, StandardCharsets.UTF_8));
        try (Browser browser = new Browser(Files.createTempDirectory(folder, "profile"))) {
            browser.open(page);
            JsonNode seen = watch(browser);
            System.getLogger("players").log(System.Logger.Level.INFO,
                    () -> "seen: " + player + " " + what + ": " + seen);
            assertThat(seen.path("errors")).as("errors in %s", seen).isEmpty();
            assertThat(seen.path("stalls").asInt()).as("stalls in %s", seen).isZero();
            assertThat(seen.path("width").asInt()).isEqualTo(640);
            if (low) {
                assertThat(seen.path("latency").asDouble()).as("s behind live in %s", seen).isBetween(0.0, 2.5);
            }
        }
    }

    /** What the page has kept when the time has been played, or is over. */
    private static JsonNode watch(Browser browser) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        JsonNode seen = JSON.readTree("{}");
        while (seen.path("played").asDouble() < SECONDS && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            String text = browser.value("report()");
            seen = JSON.readTree(text.isEmpty() ? "{}" : text);
        }
        assertThat(seen.path("played").asDouble()).as("seconds played: %s", seen).isGreaterThanOrEqualTo(SECONDS);
        return seen;
    }

    private static HttpServer pages(Path players) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body;
            if (path.equals("/")) {
                try (var in = PlayersST.class.getResourceAsStream("/players/index.html")) {
                    body = in.readAllBytes();
                }
            } else {
                Path file = players.resolve(path.substring(1)).normalize();
                body = file.startsWith(players) && Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            }
            exchange.getResponseHeaders().set("Content-Type", path.equals("/") ? "text/html" : "text/javascript");
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}

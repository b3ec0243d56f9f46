package dev.penstock.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * The players that people use play every output in a real browser for {@value #SECONDS_PROPERTY} seconds on end without a stall or an
 * error in the player's own words.
 */
class PlayersST {
    private static final String SECONDS_PROPERTY = "players.seconds";
    private static final long SECONDS = Long.getLong(SECONDS_PROPERTY, 10);
    /** A busy machine may take a while until it plays smoothly; the measured time is on end all the same. */
    private static final long LIMIT_SECONDS = 2 * SECONDS + 180;
    /** Seconds from the source to the screen, of low-latency HLS. */
    private static final double MOST_LATENCY = 2.5;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;
    private static Standalone penstock;
    private static HttpServer pages;
    private static int haproxyPort;
    /** Ends what was started, last first. */
    private static final Deque<Runnable> STARTED = new ArrayDeque<>();

    @BeforeAll
    static void start() throws Exception {
        pages = pages(Path.of(Optional.ofNullable(System.getenv("PENSTOCK_PLAYERS")).orElseThrow(
                () -> new AssertionError("PENSTOCK_PLAYERS is not set. Run: eval \"$(e2e/players)\""))));
        STARTED.push(() -> pages.stop(0));
        Path clip = folder.resolve("clip.ts");
        // Longer than all takes: where FFmpeg starts over it leaves out a frame.
        long seconds = 10 * LIMIT_SECONDS;
        run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=48000", "-t", Long.toString(seconds), "-c:v", "libx264", "-preset",
                "ultrafast", "-bf", "2", "-g", "50", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac",
                clip.toString());
        Path resources = Files.createDirectories(folder.resolve("resources"));
        for (String name : List.of("plain", "low")) {
            Files.writeString(resources.resolve(name + ".yaml"), """
                    apiVersion: penstock.dev/v1alpha1
                    kind: LiveStream
                    metadata: {name: %1$s}
                    spec:
                      source:
                        pull:
                          urls:
                            - command: [ffmpeg, -v, error, -re, -i, %2$s, -c, copy, -f, mpegts, "pipe:1"]
                      segment: {format: FMP4}
                      outputs: {hls: {lowLatency: %3$b}, dash: {enabled: true, lowLatency: %3$b}}
                    """.formatted(name, clip, name.equals("low")));
        }
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=localhost", "-days", "2", "-out", certificate.toString(), "-keyout", key.toString());
        penstock = Standalone.run(resources, folder.resolve("data"), "--https", "127.0.0.1:0", "--tls-certificate",
                certificate.toString(), "--tls-key", key.toString());
        STARTED.push(penstock::close);
        STARTED.push(haproxy(Files.readString(certificate) + Files.readString(key))::destroy);
    }

    @AfterAll
    static void stop() {
        while (!STARTED.isEmpty()) {
            STARTED.pop().run();
        }
    }

    @ParameterizedTest
    @CsvSource({"hls, plain/index.m3u8, http", "dash, plain/manifest.mpd, haproxy", "shaka, plain/index.m3u8, https",
            "hls, low/index.m3u8, https", "hls, low/index.m3u8, haproxy", "dash, low/manifest.mpd, https",
            "dash, low/manifest.mpd, haproxy", "shaka, low/index.m3u8, haproxy", "shaka, low/manifest.mpd, https"})
    void shouldPlayWithoutAStall(String player, String what, String way) throws IOException {
        boolean low = what.startsWith("low");
        String server = switch (way) {
            case "http" -> penstock.url();
            case "https" -> penstock.secureUrl();
            default -> "https://127.0.0.1:" + haproxyPort;
        };
        URI page = URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/?player=" + player
                + (low ? "&low=1" : "")
                + "&url=" + URLEncoder.encode(server + "/live/default/" + what, StandardCharsets.UTF_8));
        try (Browser browser = new Browser(Files.createTempDirectory(folder, "profile"))) {
            JsonNode seen = play(browser, page, low && what.endsWith("m3u8") ? MOST_LATENCY : Double.MAX_VALUE);
            System.getLogger("players").log(System.Logger.Level.INFO,
                    () -> player + " " + what + " by " + way + ": " + seen);
            assertThat(seen.path("width").asInt()).isEqualTo(320);
        }
    }

    /**
     * What the page has kept when so long was played from the start without trouble and near enough to the source; else it starts
     * anew.
     */
    private static JsonNode play(Browser browser, URI page, double mostLatency) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        List<JsonNode> before = new ArrayList<>();
        browser.open(page);
        JsonNode seen = JSON.missingNode();
        while (seen.path("played").asDouble() < SECONDS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            String text = browser.value("report()");
            seen = text.isEmpty() ? JSON.missingNode() : JSON.readTree(text);
            assertThat(seen.path("fatal")).as("errors in %s", seen).isEmpty();
            assertThat(System.nanoTime()).as("%s, and before %s (expected: %s s on end)", seen, before, SECONDS)
                    .isLessThan(end);
            boolean late = seen.path("played").asDouble() >= SECONDS
                    && seen.path("latency").asDouble() > mostLatency;
            if (late || !seen.path("troubles").isEmpty()) {
                before.add(seen);
                browser.open(page);
                seen = JSON.missingNode();
            }
        }
        return seen;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor()).as(command[0]).isZero();
    }

    /** One that speaks HTTP/2 with players and HTTP/1.1 with the server, as a gateway does. */
    private static Process haproxy(String certificateAndKey) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            haproxyPort = free.getLocalPort();
        }
        Path pem = Files.writeString(folder.resolve("haproxy.pem"), certificateAndKey);
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                frontend players
                  bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1
                  default_backend penstock
                backend penstock
                  server penstock %s
                """.formatted(haproxyPort, pem, URI.create(penstock.url()).getAuthority()));
        return new ProcessBuilder("haproxy", "-db", "-f", config.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile()).start();
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

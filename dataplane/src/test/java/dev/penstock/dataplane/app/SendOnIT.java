package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A Penstock sends its stream on to another one, which shows the same pictures. */
class SendOnIT {
    private static final Pattern RTMP = Pattern.compile("RTMP server listens.*?:(\\d+)");
    private static final Pattern SRT = Pattern.compile("SRT publishers are taken.*?(\\d+)");
    private static final Duration LONG = Duration.ofSeconds(60);
    /** The camera takes so long for its minute: it is not at its end before the slowest machine is. */
    private static final Duration SLOWLY = Duration.ofMinutes(3);

    @TempDir
    private Path folder;
    private Path near;
    private Path far;

    @BeforeEach
    void makeFolders() throws IOException {
        near = Files.createDirectories(folder.resolve("near"));
        far = Files.createDirectories(folder.resolve("far"));
        StringBuilder streams = new StringBuilder("""
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {key: right-key}
                """);
        for (String name : new String[]{"by-http", "by-rtmp", "by-srt"}) {
            streams.append("""
                    ---
                    apiVersion: penstock.dev/v1alpha1
                    kind: LiveStream
                    metadata: {name: %s}
                    spec: {source: {push: {keySecretRef: {name: keys}}}}
                    """.formatted(name));
        }
        Files.writeString(far.resolve("streams.yaml"), streams);
    }

    private PenstockProcess run(Path resources, String http) throws IOException {
        return PenstockProcess.run(resources,
                Files.createDirectories(folder.resolve("data-" + resources.getFileName())),
                http);
    }

    private void write(TestCamera camera, String pushes) throws IOException {
        Files.writeString(near.resolve("cam.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: right}
                stringData: {key: right-key}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: wrong}
                stringData: {key: wrong-key}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {pull: {urls: [{url: "%s"}]}}
                  onDemand: {enabled: true}
                  outputs:
                    push:
                %s""".formatted(camera.url(), pushes.indent(6)));
    }

    private static int port(PenstockProcess penstock, Pattern line) {
        Matcher port = line.matcher(penstock.log());
        assertThat(port.find()).as(penstock.log()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static String push(String name, String url, String secret) {
        return "- {name: %s, url: \"%s\", secretRef: {name: %s}}\n".formatted(name, url, secret);
    }

    /** Checksums of the pictures of a stream. */
    private static Set<String> pictures(String... input) throws Exception {
        String[] command = Stream.concat(Stream.of(input), Stream.of("-map", "0:v", "-f", "framemd5", "-"))
                .toArray(String[]::new);
        return PenstockProcess.ffmpeg(command).lines().filter(line -> line.startsWith("0,"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip()).collect(Collectors.toSet());
    }

    /** How often a continuity counter is not one more than the one before (ISO/IEC 13818-1 2.4.3.3). */
    private static int gaps(byte[] packets) {
        Map<Integer, Integer> last = new HashMap<>();
        int gaps = 0;
        for (int at = 0; at + 188 <= packets.length; at += 188) {
            int pid = ((packets[at + 1] & 0x1F) << 8) | (packets[at + 2] & 0xFF);
            int counter = packets[at + 3] & 0x0F;
            if ((packets[at + 3] & 0x10) != 0) {
                Integer before = last.put(pid, counter);
                gaps += before != null && counter != ((before + 1) & 0x0F) ? 1 : 0;
            }
        }
        return gaps;
    }

    private static void awaitState(PenstockProcess penstock, String name, String state, String problem) {
        Pattern shown = Pattern.compile("\\{\"name\":\"" + name + "\",[^}]*\"state\":\"" + state + "\"[^}]*"
                + Pattern.quote(problem));
        PenstockProcess.await(name + " " + state + " " + problem, LONG,
                () -> shown.matcher(penstock.text("/api/v1/streams/default/cam")).find());
    }

    @Test
    void shouldShowTheSamePicturesThereByEachProtocolAndSayWhatAWrongKeyMeets() throws Exception {
        Path clip = Files.write(folder.resolve("clip.ts"), Clips.minute());
        Set<String> all = pictures("-i", clip.toString());
        try (TestCamera camera = new TestCamera(Clips.minute(), SLOWLY);
                PenstockProcess central = run(far, "127.0.0.1:0")) {
            int rtmp = port(central, RTMP);
            int srt = port(central, SRT);
            write(camera, push("http", central.url("/publish/default/by-http"), "right")
                    + push("rtmp", "rtmp://127.0.0.1:" + rtmp + "/live/default/by-rtmp", "right")
                    + push("srt", "srt://127.0.0.1:" + srt + "?streamid=publish:default/by-srt", "right")
                    + push("no-http", central.url("/publish/default/by-http"), "wrong")
                    + push("no-rtmp", "rtmp://127.0.0.1:" + rtmp + "/live/default/by-rtmp", "wrong")
                    + push("no-srt", "srt://127.0.0.1:" + srt + "?streamid=publish:default/by-srt", "wrong"));
            try (PenstockProcess edge = run(near, "127.0.0.1:0")) {
                for (String way : new String[]{"http", "rtmp", "srt"}) {
                    awaitState(edge, way, "Connected", "");
                    Set<String> shown = pictures("-xerror", "-t", "0.4", "-i",
                            central.url("/live/default/by-" + way + "/stream.ts"));
                    assertThat(shown).as(way).hasSizeGreaterThan(5).isSubsetOf(all);
                }
                awaitState(edge, "no-http", "Failed", "answered 403 Forbidden");
                awaitState(edge, "no-rtmp", "Failed", "refused: ");
                awaitState(edge, "no-srt", "Failed", "access denied (1403)");
                assertThat(edge.text("/metrics")).contains("penstock_push_servers{state=\"connected\"} 3.0",
                        "penstock_push_servers{state=\"failed\"} 3.0");
                assertThat(edge.log() + edge.text("/api/v1/streams") + edge.text("/api/v1/problems"))
                        .doesNotContain("right-key").doesNotContain("wrong-key");
                assertThat(edge.stop()).as("exit status of SIGTERM").isIn(0, 143);
            }
        }
    }

    @Test
    void shouldComeBackWhenTheReceiverIsKilledAndStarted() throws Exception {
        Path seen = folder.resolve("seen.ts");
        try (TestCamera camera = new TestCamera(Clips.minute(), SLOWLY)) {
            PenstockProcess central = run(far, "127.0.0.1:0");
            write(camera, push("http", central.url("/publish/default/by-http"), "right"));
            try (PenstockProcess edge = run(near, "127.0.0.1:0")) {
                try (TsWatcher viewer = new TsWatcher(HttpClient.newHttpClient(),
                        edge.url("/live/default/cam/stream.ts"), seen)) {
                    awaitState(edge, "http", "Connected", "");
                    central.kill();
                    awaitState(edge, "http", "Failed", "");
                    central = run(far, "127.0.0.1:" + URI.create(central.url("/")).getPort());
                    awaitState(edge, "http", "Connected", "");
                    assertThat(pictures("-xerror", "-t", "0.4", "-i", central.url("/live/default/by-http/stream.ts")))
                            .hasSizeGreaterThan(5);
                    assertThat(camera.connects()).as("the source was not disturbed").isOne();
                    assertThat(viewer.end()).isNull();
                }
                assertThat(gaps(Files.readAllBytes(seen))).as("packets that the viewer lacks").isZero();
            } finally {
                central.close();
            }
        }
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import dev.penstock.dataplane.access.FakeHook;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** A service of somebody else says who may publish, by RTMP, SRT and HTTP, to the process that a user starts. */
class AuthWebhookIT {
    private static final Pattern RTMP = Pattern.compile("RTMP server listens.*?:(\\d+)");
    private static final Pattern SRT = Pattern.compile("SRT publishers are taken address=\"?([0-9]+)");
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;
    private final FakeHook hook = new FakeHook();
    private final FakeHook other = new FakeHook();
    private final List<Process> started = new ArrayList<>();
    private PenstockProcess penstock;

    @BeforeEach
    void start() throws IOException {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        Files.writeString(resources.resolve("streams.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: sign}
                stringData: {token: signing-token}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {key: right-key}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: MediaPool
                metadata: {name: live}
                spec: {modes: [Live], authWebhook: {url: "%s", timeout: 1s, cache: 0s}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: cam}
                spec:
                  source: {push: {}}
                  access: {authWebhook: {url: "%s", timeout: 2s, cache: 0s, secretRef: {name: sign}}}
                ---
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: pooled}
                spec: {source: {push: {keySecretRef: {name: keys}}}}
                """.formatted(other.url(), hook.url()));
        penstock = PenstockProcess.run(resources, Files.createDirectories(folder.resolve("data")));
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        penstock.close();
        hook.close();
        other.close();
    }

    @Test
    @Execution(CONCURRENT)
    void shouldLetTheHookSayWhoMayPublishByEveryProtocol() throws Exception {
        for (String[] way : new String[][]{{"rtmp", "flv", rtmp("cam?key=guest-key")},
                {"srt", "mpegts", srt("publish:default/cam:guest-key")},
                {"http", "mpegts", penstock.url("/publish/default/cam?key=guest-key")}}) {
            hook.says(403, "");
            int asked = hook.asked().size();
            assertThat(publish(way[1], way[2]).waitFor(Duration.ofMinutes(1))).as(way[0] + " ends").isTrue();
            assertThat(hook.asked()).hasSizeGreaterThan(asked);
            assertThat(hook.asked().getLast().body()).contains("\"protocol\":\"" + way[0] + "\"",
                    "\"namespace\":\"default\",\"name\":\"cam\",\"key\":\"guest-key\",\"remote\":\"127.0.0.1\"");
            assertThat(hook.asked().getLast().signature()).matches("t=\\d+,v1=[0-9a-f]{64}");

            hook.says(200, "{\"allow\": true}");
            long before = PenstockProcess.count(penstock.log(), "Publisher let in");
            Process publisher = publish(way[1], way[2]);
            PenstockProcess.await(way[0] + " is let in",
                    () -> PenstockProcess.count(penstock.log(), "Publisher let in") > before);
            PenstockProcess.await(way[0] + " is live",
                    () -> penstock.text("/api/v1/streams/default/cam").contains("\"protocol\":\"" + way[0] + "\""));
            publisher.destroyForcibly().waitFor();
            PenstockProcess.await(way[0] + " is gone",
                    () -> PenstockProcess.count(penstock.log(), "Publisher left") > before);
        }
        assertNoSecrets();
    }

    @Test
    @Execution(CONCURRENT)
    void shouldStopNobodyElseWhenAHookHangs() throws Exception {
        hook.hang();
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            held.add(HTTP.sendAsync(post("/publish/default/cam?key=guest-" + i), BodyHandlers.ofString()));
        }
        PenstockProcess.await("questions wait", () -> hook.asked().size() >= 32);
        HttpResponse<String> wrong = HTTP.send(post("/publish/default/pooled?key=wrong-key"), BodyHandlers.ofString());
        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(other.asked()).as("a wrong key is not asked about").isEmpty();
        Process publisher = publish("mpegts", penstock.url("/publish/default/pooled?key=right-key"));
        PenstockProcess.await("another stream is live",
                () -> penstock.text("/api/v1/streams/default/pooled").contains("\"protocol\":\"http\""));
        assertThat(publisher.isAlive()).isTrue();
        assertThat(other.asked()).singleElement().asString().doesNotContain("right-key");
        for (CompletableFuture<HttpResponse<String>> each : held) {
            assertThat(each.join().statusCode()).isEqualTo(503);
            assertThat(each.join().body()).containsAnyOf("the authWebhook: it does not answer within 2000 ms",
                    "too many publishers come at once");
        }
        assertThat(penstock.log()).contains("the authWebhook: it does not answer within 2000 ms");
        hook.says(500, "");
        HttpResponse<String> broken = HTTP.send(post("/publish/default/cam?key=guest-key"), BodyHandlers.ofString());
        assertThat(broken.statusCode()).isEqualTo(503);
        assertThat(broken.body())
                .contains("the authWebhook: it answers with status 500 (expected: 200, or 403 for no)");
        hook.says(200, "{\"allow\": false, \"reason\": \"the show is over\"}");
        HttpResponse<String> denied = HTTP.send(post("/publish/default/cam?key=guest-key"), BodyHandlers.ofString());
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("stream default/cam: the show is over");
        hook.says(200, "{\"allow\": true, \"recordObjectStore\": \"s3://user:pass@bucket\"}");
        HttpResponse<String> more = HTTP.send(post("/publish/default/cam?key=guest-key"), BodyHandlers.ofString());
        assertThat(more.statusCode()).isEqualTo(503);
        assertThat(more.body()).contains("its answer has recordObjectStore, which is not served yet");
        assertNoSecrets();
    }

    private void assertNoSecrets() {
        assertThat(penstock.log() + penstock.text("/api/v1/streams") + penstock.text("/api/v1/streams/default/cam")
                + penstock.text("/metrics")).doesNotContain("guest-", "right-key", "wrong-key", "signing-token",
                        "hidden", "pass@");
    }

    private HttpRequest post(String path) {
        return HttpRequest.newBuilder(URI.create(penstock.url(path)))
                .POST(BodyPublishers.ofByteArray(new byte[188])).build();
    }

    private String rtmp(String name) {
        return "rtmp://127.0.0.1:" + port(RTMP) + "/live/default/" + name;
    }

    private String srt(String streamId) {
        return "srt://127.0.0.1:" + port(SRT) + "?pkt_size=1316&streamid=" + streamId;
    }

    private String port(Pattern listens) {
        Matcher port = listens.matcher(penstock.log());
        assertThat(port.find()).as(penstock.log()).isTrue();
        return port.group(1);
    }

    private Process publish(String format, String url) throws IOException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-c:v", "libopenh264", "-b:v", "300k", "-g", "25", "-pix_fmt",
                "yuv420p", "-f", format));
        if (url.startsWith("http")) {
            command.addAll(List.of("-method", "POST"));
        }
        command.add(url);
        Process process = FfmpegPrograms.process(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("publisher" + started.size() + ".log").toFile()).start();
        started.add(process);
        return process;
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** A real data-plane process that cannot reach the API server: it starts from what it has written down, and catches up later. */
class ServerAwayST {
    private static final Pattern SERVER = Pattern.compile("https://127\\.0\\.0\\.1:([0-9]+)");

    @TempDir
    Path folder;
    private TestNamespace space;
    private FakeNodes nodes;
    private Wire wire;
    private PeerPod pod;

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(ControlPlane.get().admin());
        nodes = new FakeNodes(ControlPlane.get().admin(), space.name());
    }

    @AfterEach
    void end() throws IOException {
        pod.close();
        wire.close();
        nodes.close();
    }

    @Test
    void shouldServeItsStreamsAgainAfterARestartWithoutTheServer() throws Exception {
        String clip = clip();
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], permit: {folders: [" + folder
                + "]}}");
        space.apply("kind: ObjectStore\nmetadata: {name: local}\nspec: {file: {path: " + folder + "/store}}");
        space.apply(
                "kind: Recording\nmetadata: {name: tape}\nspec: {streamRef: {name: door}, storeRef: {name: local}}");
        space.apply(stream("door", clip));
        space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");
        String access = ControlPlane.get().kubeConfig(space.name(), "cams");
        Matcher server = SERVER.matcher(access);
        assertThat(server.find()).as(access).isTrue();
        wire = new Wire(Integer.parseInt(server.group(1)));
        String throughWire = access.replace(server.group(), "https://127.0.0.1:" + wire.port());
        PeerPod.Ports ports = PeerPod.Ports.free();
        pod = PeerPod.start(space, "cams", folder, 0, ports, throughWire);
        space.awaitReady(LiveStream.class, "door");
        String session = space.await(Recording.class, "tape", "a session",
                r -> r.getStatus() != null && r.getStatus().session() != null).getStatus().session().id();

        wire.cut();
        assertThat(pod.get(path("door")).statusCode()).as("goes on").isEqualTo(200);
        pod.close();
        space.apply(stream("later", clip));
        pod = PeerPod.start(space, "cams", folder, 0, ports, throughWire);
        await("ready", () -> pod.admin("/readyz"), 200);
        await("the stream plays", () -> pod.get(path("door")), 200);
        await("the recording goes on in its session", () -> pod.get("/api/v1/recordings"),
                answer -> answer.body().contains(session));
        assertThat(pod.get(path("later")).statusCode()).isEqualTo(404);

        wire.mend();
        await("what came meanwhile", () -> pod.get(path("later")), 200);
        assertThat(pod.get(path("door")).statusCode()).isEqualTo(200);
        space.awaitReady(LiveStream.class, "later");
    }

    private String path(String stream) {
        return "/live/" + space.name() + "/" + stream + "/index.m3u8";
    }

    private static String stream(String name, String clip) {
        return "kind: LiveStream\nmetadata: {name: " + name + "}\nspec: {source: {pull: {urls: [{url: \"file:" + clip
                + "\", loop: true}]}}}";
    }

    private interface Ask {
        HttpResponse<String> answer() throws IOException, InterruptedException;
    }

    private static void await(String what, Ask ask, int status) throws IOException, InterruptedException {
        await(what, ask, answer -> answer.statusCode() == status);
    }

    private static void await(String what, Ask ask, Predicate<HttpResponse<String>> expected)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!isAnswered(ask, expected)) {
            assertThat(System.nanoTime()).as("time to wait for: " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean isAnswered(Ask ask, Predicate<HttpResponse<String>> expected)
            throws IOException, InterruptedException {
        try {
            return expected.test(ask.answer());
        } catch (ConnectException | HttpTimeoutException e) {
            return false;
        }
    }

    private String clip() throws IOException, InterruptedException {
        Path clip = folder.resolve("clip.ts");
        Process process = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-t", "20", "-c:v", "libopenh264", "-g", "25", "-pix_fmt", "yuv420p",
                "-f", "mpegts", clip.toString())).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(Files.size(clip)).isPositive();
        return clip.toString();
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two real data-plane processes of one pool: each answers for the other, and a stream that moves goes on. {@link FakeNodes} tells
 * the operator of the pods.
 */
class TwoPodsST {
    private static final Pattern SEQUENCE = Pattern.compile("#EXT-X-MEDIA-SEQUENCE:([0-9]+)");

    private final List<PeerPod> pods = new ArrayList<>();
    @TempDir
    Path folder;
    private TestNamespace space;
    private FakeNodes nodes;
    private Path media;

    @BeforeEach
    void makeNamespace() throws IOException {
        space = TestNamespace.create(ControlPlane.get().admin());
        nodes = new FakeNodes(ControlPlane.get().admin(), space.name());
        media = Files.createDirectories(folder.resolve("media"));
    }

    @AfterEach
    void endPods() {
        pods.forEach(PeerPod::close);
        nodes.close();
    }

    @Test
    void shouldAnswerForEachOtherAndTakeOver() throws Exception {
        pool(2);
        Ring ring = space.await(MediaPool.class, "cams", "a ring of two",
                pool -> pool.getStatus() != null && pool.getStatus().ring() != null
                        && table(pool.getStatus().ring()).members().size() == 2)
                .getStatus().ring();
        String door = IntStream.range(0, 100).mapToObj(i -> "door-" + i)
                .filter(name -> table(ring).owner(Partitions.of(space.name(), name)) == 1).findFirst().orElseThrow();
        space.apply("kind: LiveStream\nmetadata: {name: " + door + "}\nspec: {source: {pull: {urls: [{url: \"file:"
                + clip() + "\", loop: true}]}}}");
        space.apply("kind: ObjectStore\nmetadata: {name: local}\nspec: {file: {path: " + media + "/store}}");
        space.apply("kind: Recording\nmetadata: {name: tape}\nspec: {streamRef: {name: " + door
                + "}, storeRef: {name: local}}");
        space.awaitCondition(LiveStream.class, door, "Placed", Status.True, "Placed");
        PeerPod.Ports ports = PeerPod.Ports.free();
        PeerPod zero = start(0, ports);
        PeerPod one = start(1, ports);

        String live = "/live/" + space.name() + "/" + door + "/";
        await("pod 0 brings what pod 1 serves", () -> made(zero.get(live + "index.m3u8")).equals("200 cams-1"));
        assertThat(made(one.get(live + "index.m3u8"))).isEqualTo("200 cams-1");
        String report = "{\"ready\":true,\"epoch\":" + ring.epoch() + ",\"streams\":";
        assertThat(zero.admin("/pod").body()).isEqualTo(report + "0}");
        assertThat(one.admin("/pod").body()).isEqualTo(report + "1}");
        await("the recording too",
                () -> made(zero.get("/recordings/" + space.name() + "/tape/index.m3u8")).equals("200 cams-1"));
        String session = space.await(Recording.class, "tape", "a session",
                r -> r.getStatus() != null && r.getStatus().session() != null).getStatus().session().id();
        assertThat(space.await(ObjectStore.class, "local", "checked",
                s -> s.getStatus() != null && s.getStatus().writable() != null).getStatus().writable()).isTrue();
        await("pod 0 shows the whole pool", () -> zero.get("/api/v1/streams").body().contains("\"" + door + "\"")
                && zero.get("/api/v1/recordings").body().contains("\"tape\""));
        assertThat(zero.get("/api/v1/streams").body()).doesNotContain("missing");
        assertThat(made(zero.get("/api/v1/streams/" + space.name() + "/" + door))).isEqualTo("200 cams-1");
        long before = sequence(zero.get(live + "media.m3u8").body());

        pool(1);
        await("pod 0 serves it now", () -> made(zero.get(live + "index.m3u8")).equals("200 cams-0"));
        await("pod 1 brings it from there", () -> made(one.get(live + "index.m3u8")).equals("200 cams-0"));
        assertThat(sequence(one.get(live + "media.m3u8").body())).isGreaterThan(before);
        space.await(Recording.class, "tape", "goes on in the same session",
                r -> r.getStatus().session().id().equals(session)
                        && TestNamespace.conditions(r).get("Served").message().contains("cams-0"));
        await("pod 1 has uploaded what it had", () -> files(folder.resolve("pod-1/data/spool")).isEmpty());

        zero.signal();
        await("says that it ends", () -> zero.admin("/readyz").statusCode() == 503);
        assertThat(made(zero.get(live + "media.m3u8"))).as("serves on").isEqualTo("200 cams-0");
        await("then it is gone, and pod 1 says so",
                () -> made(one.get(live + "index.m3u8")).equals("503 cams-1"));
        await("and on the page", () -> one.get("/api/v1/streams").body().equals(
                "{\"streams\":[],\"missing\":[{\"pod\":\"cams-0\",\"reason\":\"it cannot be connected to\"}]}"));
    }

    private void pool(int replicas) {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: " + replicas
                + ", permit: {folders: [" + media + "]}}");
    }

    private PeerPod start(int ordinal, PeerPod.Ports ports) throws IOException {
        PeerPod pod = PeerPod.start(space, "cams", folder, ordinal, ports);
        pods.add(pod);
        return pod;
    }

    private interface Check {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Check check) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long end = start + Duration.ofSeconds(60).toNanos();
        while (!holds(check)) {
            assertThat(System.nanoTime()).as("time to wait for: " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean holds(Check check) throws IOException, InterruptedException {
        try {
            return check.holds();
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Status of an answer and the pod that made it. */
    private static String made(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().firstValue("Penstock-Pod").orElse("");
    }

    private static long sequence(String playlist) {
        Matcher found = SEQUENCE.matcher(playlist);
        assertThat(found.find()).as(playlist).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static RingTable table(Ring ring) {
        return RingTable.parse(ring.epoch(), ring.table());
    }

    private static List<Path> files(Path spool) throws IOException {
        try (Stream<Path> all = Files.walk(spool)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private String clip() throws IOException, InterruptedException {
        Path clip = media.resolve("clip.ts");
        Process process = FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-f", "lavfi",
                "-i", "testsrc2=size=320x180:rate=25", "-t", "20", "-c:v", "libopenh264", "-g", "25", "-pix_fmt",
                "yuv420p", "-f", "mpegts", clip.toString())).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return clip.toString();
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Media;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus;
import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.e2e.AuditLog.Request;

import static org.assertj.core.api.Assertions.assertThat;

/** A real data-plane process, with the rights of its pod, serves what the operator has placed on it. */
class DataPlaneST {
    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();

    @TempDir
    Path folder;
    private TestNamespace space;
    private FakeNodes nodes;
    private PodProcess pod;

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(client);
        nodes = new FakeNodes(client, space.name());
    }

    @AfterEach
    void endPod() {
        nodes.close();
        if (pod != null) {
            pod.close();
        }
    }

    @Test
    void shouldServeItsStreamsRecordThemAndSaySo() throws Exception {
        Path media = Files.createDirectories(folder.resolve("media"));
        Path clip = media.resolve("clip.ts");
        run(FfmpegPrograms.process(List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                "testsrc2=size=320x180:rate=25", "-t",
                "20", "-c:v", "libopenh264", "-g", "25", "-pix_fmt", "yuv420p", "-f", "mpegts", clip.toString())));
        space.apply(
                "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], permit: {folders: [" + media + "]}}");
        space.apply("kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"file:" + clip
                + "\", loop: true}]}}}");
        space.apply(
                "kind: LiveStream\nmetadata: {name: passwd}\nspec: {source: {pull: {urls: [{url: \"file:/etc/passwd\"}]}}}");
        space.apply("kind: ObjectStore\nmetadata: {name: local}\nspec: {file: {path: " + media + "/store}}");
        space.apply(
                "kind: Recording\nmetadata: {name: door}\nspec: {streamRef: {name: door}, storeRef: {name: local}}");
        space.awaitCondition(LiveStream.class, "door", "Placed", Status.True, "Placed");

        pod = PodProcess.start(space, "cams", folder);

        LiveStream ready = space.awaitReady(LiveStream.class, "door");
        assertThat(TestNamespace.conditions(ready).get("Served").message()).contains("cams-0");
        Media live = space.await(LiveStream.class, "door", "codecs in status",
                s -> s.getStatus().media() != null && s.getStatus().media().codecs() != null).getStatus().media();
        assertThat(live.codecs()).startsWith("avc1.");
        assertThat(live.width()).isEqualTo(320);
        assertThat(live.protocol()).isEqualTo("file");
        assertThat(live.epoch()).isEqualTo(plane.ringEpoch(space, "cams"));
        space.awaitCondition(LiveStream.class, "door", "Live", Status.True, "Receiving");
        Recording recording = space.await(Recording.class, "door", "recorded", r -> r.getStatus() != null
                && r.getStatus().session() != null && r.getStatus().phase() == RecordingStatus.Phase.RECORDING);
        assertThat(recording.getStatus().session().id()).isNotBlank();
        assertThat(recording.getStatus().session().urls().hls())
                .isEqualTo("http://cams." + space.name() + ".svc.cluster.local/recordings/" + space.name()
                        + "/door/index.m3u8");
        assertThat(space.awaitCondition(LiveStream.class, "passwd", "Stalled", Status.True, "NotPermitted").getStatus()
                .media())
                .as("not even tried").isNull();

        assertThat(pod.end()).as("ends by SIGTERM").isTrue();
    }

    /** A watch may tell of a deletion that was none; {@link LastNT} wants pods to use this right as well. */
    @Test
    void shouldAskWhetherAStoreThatWasDeletedIsReallyGone() throws Exception {
        Path media = Files.createDirectories(folder.resolve("media"));
        space.apply(
                "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], permit: {folders: [" + media + "]}}");
        space.apply("kind: ObjectStore\nmetadata: {name: lost}\nspec: {file: {path: " + media + "/store}}");
        space.awaitReady(MediaPool.class, "cams");
        pod = PodProcess.start(space, "cams", folder);
        space.await(ObjectStore.class, "lost", "checked",
                s -> s.getStatus() != null && s.getStatus().writable() != null);
        client.resources(ObjectStore.class).inNamespace(space.name()).withName("lost").delete();

        String pods = "system:serviceaccount:" + space.name() + ":cams";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        List<Request> asked;
        do {
            TimeUnit.MILLISECONDS.sleep(100);
            asked = plane.audit().requests().stream().filter(r -> r.user().equals(pods) && r.verb().equals("get")
                    && r.resource().equals("penstock.dev/objectstores")).toList();
        } while (asked.isEmpty() && System.nanoTime() < end);
        assertThat(asked).extracting(Request::name).containsOnly("lost");
        assertThat(asked).extracting(Request::code).containsOnly(404);
    }

    private static void run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}

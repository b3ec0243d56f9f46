package dev.penstock.e2e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the kstatus library, which Flux, kpt and Helm wait by, makes of our objects. */
class KstatusST {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final List<String> FOLDER = List.of(
            "kind: MediaGateway\nmetadata: {name: front}\nspec: {provider: None, host: video.example.com}",
            "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], gatewayRef: {name: front}}",
            "kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}",
            "kind: ObjectStore\nmetadata: {name: bucket}\nspec: {s3: {bucket: recordings}}",
            "kind: Recording\nmetadata: {name: tape}\nspec: {streamRef: {name: door}, storeRef: {name: bucket}}");

    private final ControlPlane plane = ControlPlane.get();
    private final TestNamespace space = TestNamespace.create(plane.admin());

    @Test
    void shouldGoFromInProgressToCurrent() {
        FOLDER.stream().filter(yaml -> !yaml.contains("MediaGateway")).forEach(space::apply);
        await("MediaPool/cams InProgress", "LiveStream/door InProgress", "Recording/tape InProgress",
                "ObjectStore/bucket InProgress");
        space.apply(FOLDER.getFirst());
        try (FakePods _ = new FakePods(plane.admin(), space.name())) {
            await("MediaPool/cams Current", "LiveStream/door Current", "Recording/tape Current",
                    "ObjectStore/bucket Current", "MediaGateway/front Current");
        }
    }

    @Test
    void shouldBeFailedWhenStalled() {
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live, Edge]}");
        space.apply("kind: MediaPool\nmetadata: {name: one}\nspec: {modes: [Live], gatewayRef: {name: front}}");
        space.apply("kind: MediaPool\nmetadata: {name: two}\nspec: {modes: [Live], gatewayRef: {name: front}}");
        space.apply(FOLDER.getFirst());
        space.apply("kind: LiveStream\nmetadata: {name: door}\n"
                + "spec: {transcode: {poolRef: {name: t}}, renditions: [{name: a, height: 360, videoBitrate: 1M}], source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}");
        space.apply("kind: ObjectStore\nmetadata: {name: etc}\nspec: {file: {path: /etc}}");
        space.apply("kind: LiveStream\nmetadata: {name: good}\nspec: {poolRef: {name: one}, source: {pull: {urls: "
                + "[{url: \"http://camera/1.ts\"}]}}}");
        space.apply("kind: Recording\nmetadata: {name: tape}\nspec: {streamRef: {name: good}, storeRef: {name: etc}}");
        space.apply("kind: RenderSession\nmetadata: {name: cut}\nspec: {timeline: {}}");
        await("MediaPool/cams Failed", "MediaGateway/front Failed", "LiveStream/door Failed", "Recording/tape Failed",
                "RenderSession/cut Failed");
    }

    @Test
    void shouldBeFailedWhenWhatIsMissingDoesNotCome() {
        space.apply(FOLDER.get(2));
        await("LiveStream/door InProgress");
        plane.advance(Duration.ofMinutes(3));
        try {
            space.apply(FOLDER.get(2).replace("1.ts", "2.ts"));
            await("LiveStream/door Failed");
        } finally {
            plane.advance(Duration.ofMinutes(-3));
        }
    }

    private void await(String... wanted) {
        Programs.require("kstatus");
        try (Kubectl kubectl = Kubectl.in(space)) {
            String said = "";
            for (long start = System.nanoTime(); System.nanoTime() - start < LIMIT_NANOS; LockSupport
                    .parkNanos(300_000_000)) {
                said = kubectl.pipe("kstatus", kubectl.ok("get", "penstock", "-o", "json"));
                if (List.of(wanted).stream().allMatch(said::contains)) {
                    return;
                }
            }
            assertThat(said).contains(wanted);
        }
    }
}

package dev.penstock.e2e;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.MediaPool;

import static org.assertj.core.api.Assertions.assertThat;

class EventST {
    private static final String POOL = "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}";
    private static final String STREAM = "kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}";
    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FieldManagers.DATAPLANE).withForce(true).build();

    private final KubernetesClient client = ControlPlane.get().admin();
    private final TestNamespace space = TestNamespace.create(client);

    @Test
    void shouldTellInDescribeWhatIsWrongAndWhenItHeals() {
        space.apply(STREAM);
        await(e -> e.getReason().equals("NoPool") && e.getType().equals("Warning"));
        try (Kubectl kubectl = Kubectl.in(space)) {
            assertThat(kubectl.ok("describe", "ls", "door")).contains("Events:")
                    .containsPattern("Warning +NoPool +\\S+ +penstock-operator +spec.poolRef: not set");
            space.apply(POOL);
            await(e -> e.getReason().equals("Accepted") && e.getType().equals("Normal"));
            assertThat(kubectl.ok("events", "--for", "livestream/door")).containsPattern("Normal +Accepted ");
        }
    }

    @Test
    void shouldSayNothingOfAStreamThatJustWorks() {
        try (FakePods _ = new FakePods(client, space.name())) {
            space.apply(POOL);
            space.awaitReady(MediaPool.class, "cams");
            space.apply(STREAM);
            space.awaitReady(LiveStream.class, "door");
            LockSupport.parkNanos(2_500_000_000L);
            assertThat(events("LiveStream")).isEmpty();
        }
    }

    @Test
    void shouldFoldAThousandFlapsOfASource() {
        space.apply(POOL);
        space.apply(STREAM);
        LiveStream stream = space.awaitCondition(LiveStream.class, "door", "Accepted", Status.True, "Accepted");
        double writes = writes();
        Instant start = Instant.now();
        for (int i = 0; i < 500; i++) {
            connected(stream, false);
            connected(stream, true);
        }
        connected(stream, false);
        await(e -> e.getReason().equals("Unreachable"));
        assertThat(writes() - writes).as("writes of Events since " + start).isLessThan(20);
        assertThat(events("LiveStream")).extracting(Event::getReason).containsExactlyInAnyOrder("Unreachable",
                "Connected");
        assertThat(events("LiveStream")).allSatisfy(e -> assertThat(e.getMessage()).doesNotContain("NoMedia"));
    }

    private void connected(LiveStream stream, boolean is) {
        LiveStream patch = new LiveStream();
        patch.setMetadata(new ObjectMetaBuilder().withName(stream.getMetadata().getName())
                .withNamespace(space.name()).build());
        patch.setStatus(new LiveStreamStatus(null,
                List.of(new Condition("SourceConnected", is ? Status.True : Status.False, 1L, Instant.now().toString(),
                        is ? "Connected" : "Unreachable", is ? "The source delivers" : "camera: refused")),
                null, null, null, null, null));
        client.resource(patch).subresource("status").patch(APPLY);
    }

    private void await(Predicate<Event> wanted) {
        for (int i = 0; i < 100 && events("LiveStream").stream().noneMatch(wanted); i++) {
            LockSupport.parkNanos(200_000_000);
        }
        assertThat(events("LiveStream")).anyMatch(wanted);
    }

    private List<Event> events(String kind) {
        return client.v1().events().inNamespace(space.name()).withField("involvedObject.kind", kind).list().getItems();
    }

    private static double writes() {
        return ControlPlane.get().metric("penstock_event_writes_total");
    }
}

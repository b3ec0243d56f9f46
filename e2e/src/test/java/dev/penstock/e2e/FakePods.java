package dev.penstock.e2e;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

import dev.penstock.api.Condition;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Media;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Origin;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus;

/**
 * Stands in for the cluster ({@link FakeNodes}) and the data plane in one namespace: every StatefulSet and Deployment has its pods at once, every
 * stream and recording that has the pool's label is served, and every store can be written. Works on the informers' threads until it is
 * closed.
 */
final class FakePods implements AutoCloseable {
    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FieldManagers.DATAPLANE).withForce(true).build();

    private final KubernetesClient client;
    private final FakeNodes nodes;
    private final List<SharedIndexInformer<?>> informers;
    private volatile boolean isClosed;

    /** Starts. */
    FakePods(KubernetesClient client, String namespace) {
        this.client = client;
        this.nodes = new FakeNodes(client, namespace);
        this.informers = List.of(
                client.apps().deployments().inNamespace(namespace).inform(onChange(this::makeAvailable)),
                client.resources(LiveStream.class).inNamespace(namespace).withLabel(Labels.POOL)
                        .inform(onChange(this::serve)),
                client.resources(Recording.class).inNamespace(namespace).withLabel(Labels.POOL)
                        .inform(onChange(this::record)),
                client.resources(ObjectStore.class).inNamespace(namespace).inform(onChange(this::tryToWrite)));
    }

    @Override
    public void close() {
        isClosed = true;
        informers.forEach(SharedIndexInformer::close);
        nodes.close();
    }

    /** The pods themselves. */
    FakeNodes nodes() {
        return nodes;
    }

    /** What a pod writes of a stream that it serves, through the given client. */
    static void writeMedia(KubernetesClient client, LiveStream stream, long epoch, int viewers) {
        LiveStream patch = new LiveStream();
        patch.setMetadata(new ObjectMetaBuilder().withName(stream.getMetadata().getName())
                .withNamespace(stream.getMetadata().getNamespace())
                .build());
        Media media = new Media(epoch, Origin.PRIMARY, 0, "http", "http://camera", "avc1.640028,mp4a.40.2", 1280, 720,
                25.0, "2s",
                3_000_000L, viewers, "2026-11-21T00:00:00Z", null);
        Long generation = stream.getMetadata().getGeneration();
        patch.setStatus(new LiveStreamStatus(null,
                List.of(served(generation), new Condition("Live", Condition.Status.True, generation,
                        "2026-11-21T00:00:00Z", "Receiving", "Media flows")),
                null, null, null, media, null));
        client.resource(patch).subresource("status").patch(APPLY);
    }

    private <T> OnChange<T> onChange(Consumer<T> then) {
        return new OnChange<>(object -> {
            try {
                then.accept(object);
            } catch (KubernetesClientException e) {
                // A write that the end of the test has cut off.
                if (!isClosed) {
                    throw e;
                }
            }
        });
    }

    private void makeAvailable(Deployment pods) {
        Integer replicas = pods.getSpec().getReplicas();
        Long generation = pods.getMetadata().getGeneration();
        if (pods.getStatus() == null || !Objects.equals(pods.getStatus().getObservedGeneration(), generation)) {
            pods.setStatus(new DeploymentStatusBuilder().withObservedGeneration(generation).withReplicas(replicas)
                    .withReadyReplicas(replicas).withUpdatedReplicas(replicas).withAvailableReplicas(replicas).build());
            client.resource(pods).patchStatus();
        }
    }

    private void serve(LiveStream stream) {
        if (isUnserved(TestNamespace.conditions(stream).get("Served"), stream.getMetadata().getGeneration())) {
            writeMedia(client, stream, 1, 0);
        }
    }

    private void record(Recording recording) {
        if (isUnserved(TestNamespace.conditions(recording).get("Served"), recording.getMetadata().getGeneration())) {
            Recording patch = new Recording();
            patch.setMetadata(new ObjectMetaBuilder().withName(recording.getMetadata().getName())
                    .withNamespace(recording.getMetadata().getNamespace()).build());
            patch.setStatus(new RecordingStatus(null, List.of(served(recording.getMetadata().getGeneration())),
                    RecordingStatus.Phase.PENDING, null, null));
            client.resource(patch).subresource("status").patch(APPLY);
        }
    }

    private void tryToWrite(ObjectStore store) {
        if (store.getStatus() == null || store.getStatus().writable() == null) {
            ObjectStore patch = new ObjectStore();
            patch.setMetadata(new ObjectMetaBuilder().withName(store.getMetadata().getName())
                    .withNamespace(store.getMetadata().getNamespace()).build());
            patch.setStatus(new ObjectStoreStatus(null, null, true, "", "2026-11-21T00:00:00Z"));
            client.resource(patch).subresource("status").patch(APPLY);
        }
    }

    private static boolean isUnserved(Condition served, Long generation) {
        return served == null || !generation.equals(served.observedGeneration());
    }

    private static Condition served(Long generation) {
        return new Condition("Served", Condition.Status.True, generation, "2026-11-21T00:00:00Z", "Served",
                "Served by a pod");
    }

    /** Additions and updates alike. */
    record OnChange<T>(Consumer<T> then) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            then.accept(object);
        }

        @Override
        public void onUpdate(T before, T after) {
            then.accept(after);
        }

        @Override
        public void onDelete(T object, boolean isFinalStateUnknown) {
            // Nothing to do.
        }
    }
}

package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.wire.Partitions;

/** A real cluster. Informers retry for as long as they are not ended. */
final class FabricCluster implements Cluster {
    private static final Map<String, Class<? extends HasMetadata>> TYPES = Map.of("LiveStream", LiveStream.class,
            "Recording",
            Recording.class, "ObjectStore", ObjectStore.class);

    private final KubernetesClient client;

    FabricCluster(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Subscription watchPool(String namespace, String name, Consumer<MediaPool> heard) {
        return follow(MediaPool.class, client.resources(MediaPool.class).inNamespace(namespace).withName(name),
                new Sink() {
                    @Override
                    public void listed(Class<? extends HasMetadata> type, List<? extends HasMetadata> all) {
                        all.forEach(this::seen);
                    }

                    @Override
                    public void seen(HasMetadata resource) {
                        heard.accept((MediaPool) resource);
                    }

                    @Override
                    public void gone(HasMetadata last) {
                        // A pool that is deleted takes its pods with it; until then they serve.
                    }
                });
    }

    @Override
    public Subscription watchOwned(String namespace, String pool, Set<Integer> partitions, Sink sink) {
        Subscription streams = follow(LiveStream.class, selected(LiveStream.class, namespace, pool, partitions), sink);
        Subscription recordings = follow(Recording.class, selected(Recording.class, namespace, pool, partitions), sink);
        return () -> Stream.of(streams, recordings).forEach(Subscription::end);
    }

    private <T extends HasMetadata> FilterWatchListDeletable<T, ?, ?> selected(Class<T> type, String namespace,
            String pool,
            Set<Integer> partitions) {
        var ofPool = client.resources(type).inNamespace(namespace).withLabel(Labels.POOL, pool);
        String[] values = partitions.stream().sorted().map(String::valueOf).toArray(String[]::new);
        return partitions.size() == Partitions.COUNT ? ofPool : ofPool.withLabelIn(Labels.PARTITION, values);
    }

    @Override
    public Subscription watchStores(String namespace, Sink sink) {
        return follow(ObjectStore.class, client.resources(ObjectStore.class).inNamespace(namespace), sink);
    }

    private static <T extends HasMetadata> Subscription follow(Class<T> type, Informable<T> resources, Sink sink) {
        SharedIndexInformer<T> informer = resources.runnableInformer(0);
        informer.exceptionHandler((started, failure) -> true);
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T resource) {
                sink.seen(resource);
            }

            @Override
            public void onUpdate(T old, T resource) {
                sink.seen(resource);
            }

            @Override
            public void onDelete(T last, boolean stateUnknown) {
                sink.gone(last);
            }
        });
        informer.start().whenComplete((done, failure) -> {
            if (failure == null) {
                sink.listed(type, informer.getStore().list());
            }
        });
        return informer::stop;
    }

    @Override
    public Optional<HasMetadata> get(ResourceKey key) {
        Class<? extends HasMetadata> type = TYPES.get(key.kind());
        return type == null
                ? Optional.empty()
                : Optional.ofNullable(client.resources(type).inNamespace(key.namespace()).withName(key.name()).get());
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        @Nullable
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        return secret == null
                ? Optional.empty()
                : Optional.of(SecretData.of(secret.getData() == null ? Map.of() : secret.getData(), Map.of()));
    }
}

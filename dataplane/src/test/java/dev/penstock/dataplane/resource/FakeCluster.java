package dev.penstock.dataplane.resource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/** A cluster in memory that keeps labels as an operator would and can be away. */
final class FakeCluster implements Cluster {
    private final Map<ResourceKey, HasMetadata> objects = new ConcurrentHashMap<>();
    private final Map<String, SecretData> secrets = new ConcurrentHashMap<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final List<Consumer<MediaPool>> pools = new CopyOnWriteArrayList<>();
    private final List<Set<Integer>> selections = new CopyOnWriteArrayList<>();
    private volatile boolean away;
    private volatile MediaPool pool = new MediaPool();

    private record Watch(Set<Integer> partitions, Sink sink) {}

    /** Stops answering, or answers again. */
    synchronized void setAway(boolean away) {
        this.away = away;
        if (!away) {
            pools.forEach(heard -> heard.accept(pool));
            watches.forEach(this::list);
        }
    }

    /** Gives the pool a spec. */
    synchronized void spec(MediaPoolSpec spec) {
        MediaPool next = new MediaPool();
        next.setSpec(spec);
        next.setStatus(pool.getStatus());
        pool = next;
        if (!away) {
            pools.forEach(heard -> heard.accept(next));
        }
    }

    synchronized void ring(RingTable table) {
        MediaPoolSpec spec = pool.getSpec();
        pool = new MediaPool();
        pool.setSpec(spec);
        pool.setStatus(new MediaPoolStatus(null, null, null, null, null, null,
                new MediaPoolStatus.Ring(table.epoch(), table.text(), table.members(), null)));
        if (!away) {
            pools.forEach(heard -> heard.accept(pool));
        }
    }

    synchronized void put(HasMetadata resource) {
        objects.put(ResourceKey.of(resource), resource);
        if (!away) {
            watches.stream().filter(watch -> matches(watch, resource)).forEach(watch -> watch.sink().seen(resource));
        }
    }

    /** Tells watchers that it is gone, whether it is or not. */
    synchronized void tellGone(HasMetadata resource) {
        watches.stream().filter(watch -> matches(watch, resource)).forEach(watch -> watch.sink().gone(resource));
    }

    synchronized void delete(HasMetadata resource) {
        objects.remove(ResourceKey.of(resource));
        if (!away) {
            tellGone(resource);
        }
    }

    void putSecret(String key, SecretData data) {
        secrets.put(key, data);
    }

    List<Set<Integer>> selections() {
        return selections;
    }

    @Override
    public synchronized Subscription watchPool(String namespace, String name, Consumer<MediaPool> heard) {
        pools.add(heard);
        if (!away) {
            heard.accept(pool);
        }
        return () -> pools.remove(heard);
    }

    @Override
    public Subscription watchOwned(String namespace, String name, Set<Integer> partitions, Sink sink) {
        selections.add(partitions);
        return watch(new Watch(partitions, sink));
    }

    @Override
    public Subscription watchStores(String namespace, Sink sink) {
        return watch(new Watch(Set.of(), sink));
    }

    private synchronized Subscription watch(Watch watch) {
        watches.add(watch);
        if (!away) {
            list(watch);
        }
        return () -> watches.remove(watch);
    }

    private void list(Watch watch) {
        for (Class<? extends HasMetadata> type : watch.partitions().isEmpty()
                ? List.of(ObjectStore.class)
                : List.of(LiveStream.class, Recording.class)) {
            watch.sink().listed(type, objects.values().stream().filter(type::isInstance)
                    .filter(resource -> matches(watch, resource)).toList());
        }
    }

    private static boolean matches(Watch watch, HasMetadata resource) {
        return watch.partitions().isEmpty()
                ? resource instanceof ObjectStore
                : !(resource instanceof ObjectStore)
                        && watch.partitions()
                                .contains(Integer.valueOf(resource.getMetadata().getLabels().get(Labels.PARTITION)));
    }

    @Override
    public Optional<HasMetadata> get(ResourceKey key) {
        answer();
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        answer();
        return Optional.ofNullable(secrets.get(namespace + "/" + name));
    }

    private void answer() {
        if (away) {
            throw new IllegalStateException("away");
        }
    }

    /** A table in which pod 0 owns the partitions of these streams of namespace ns and pod 1 the rest. */
    static RingTable ringOf(long epoch, String... streamsOfPod0) {
        int[] owners = new int[Partitions.COUNT];
        Arrays.fill(owners, 1);
        for (String stream : streamsOfPod0) {
            owners[Partitions.of("ns", stream)] = 0;
        }
        return RingTable.of(epoch, owners);
    }

    static LiveStream stream(String name, String url) {
        return stream(name, url, Map.of());
    }

    static LiveStream stream(String name, String url, Map<String, Object> more) {
        Map<String, Object> spec = new HashMap<>(more);
        spec.put("outputs", Map.of());
        spec.put("source", Map.of("pull", Map.of("urls", List.of(Map.of("url", url)))));
        return (LiveStream) labelled(new ResourceTypes().typed("LiveStream",
                Map.of("apiVersion", "penstock.dev/v1alpha1", "kind", "LiveStream", "spec", spec)), name,
                Partitions.of("ns", name));
    }

    static Recording recording(String name, String stream) {
        Map<String, Object> spec = Map.of("streamRef", Map.of("name", stream), "storeRef", Map.of("name", "disk"));
        return (Recording) labelled(new ResourceTypes().typed("Recording",
                Map.of("apiVersion", "penstock.dev/v1alpha1", "kind", "Recording", "spec", spec)), name,
                Partitions.of("ns", stream));
    }

    static ObjectStore store(String name) {
        return (ObjectStore) labelled(new ResourceTypes().typed("ObjectStore",
                Map.of("apiVersion", "penstock.dev/v1alpha1", "kind", "ObjectStore",
                        "spec", Map.of("file", Map.of("path", "/rec")))),
                name, 0);
    }

    private static HasMetadata labelled(HasMetadata resource, String name, int partition) {
        resource.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName(name)
                .addToLabels(Labels.POOL, "live").addToLabels(Labels.PARTITION, String.valueOf(partition)).build());
        return resource;
    }

    List<ResourceKey> keys() {
        return new ArrayList<>(objects.keySet());
    }
}

package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.HasMetadata;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;

/** All resources at one moment. Immutable; the resources in it must not be changed. */
public final class ResourceView {
    /** No resource at all. */
    public static final ResourceView EMPTY = new ResourceView(Map.of());

    private final SortedMap<ResourceKey, HasMetadata> resources;

    ResourceView(Map<ResourceKey, HasMetadata> resources) {
        this.resources = new TreeMap<>(resources);
    }

    /** The stream of that name. */
    public Optional<LiveStream> stream(String namespace, String name) {
        return find(LiveStream.class, namespace, name);
    }

    /** The recording of that name. */
    public Optional<Recording> recording(String namespace, String name) {
        return find(Recording.class, namespace, name);
    }

    /** The object store of that name. */
    public Optional<ObjectStore> store(String namespace, String name) {
        return find(ObjectStore.class, namespace, name);
    }

    /** A resource of that kind and name. */
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return Optional.ofNullable(resources.get(new ResourceKey(HasMetadata.getKind(type), namespace, name)))
                .map(type::cast);
    }

    /** All resources of a kind, by namespace and name. */
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return resources.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The recordings that name a stream. */
    public List<Recording> recordingsOf(LiveStream stream) {
        return all(Recording.class).stream()
                .filter(r -> r.getMetadata().getNamespace().equals(stream.getMetadata().getNamespace())
                        && r.getSpec().streamRef() != null
                        && r.getSpec().streamRef().name().equals(stream.getMetadata().getName()))
                .toList();
    }
}

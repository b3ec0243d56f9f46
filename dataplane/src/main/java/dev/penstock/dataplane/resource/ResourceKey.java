package dev.penstock.dataplane.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** What names a resource. */
public record ResourceKey(String kind, String namespace, String name) implements Comparable<ResourceKey> {
    /** The key of a resource. */
    public static ResourceKey of(HasMetadata resource) {
        return new ResourceKey(resource.getKind(), resource.getMetadata().getNamespace(),
                resource.getMetadata().getName());
    }

    @Override
    public int compareTo(ResourceKey other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}

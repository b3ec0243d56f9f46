package dev.penstock.dataplane.resource;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Labels;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/**
 * What of the cluster's resources is this pod's. Labels are only an index: whose a stream is, its name and the ring's table say.
 * Owned by the source's thread; {@link #view()} and {@link #ring()} by any.
 */
final class OwnedResources {
    private final String pool;
    private final int ordinal;
    private final ResourceListener listener;
    private final Map<ResourceKey, HasMetadata> mine = new HashMap<>();
    private final Map<ResourceKey, List<Problem>> refused = new TreeMap<>();
    private BitSet partitions = new BitSet();
    private volatile @Nullable RingTable ring;
    private volatile ResourceView view = ResourceView.EMPTY;

    OwnedResources(String pool, int ordinal, ResourceListener listener) {
        this.pool = pool;
        this.ordinal = ordinal;
        this.listener = listener;
    }

    ResourceView view() {
        return view;
    }

    @Nullable
    RingTable ring() {
        return ring;
    }

    /** Partitions of this pod. */
    Set<Integer> partitions() {
        Set<Integer> out = new HashSet<>();
        partitions.stream().forEach(out::add);
        return out;
    }

    Collection<HasMetadata> all() {
        return mine.values();
    }

    /**
     * Takes a new table; resources of partitions that have moved away are gone at once.
     *
     * @return whether this pod's partitions have changed
     */
    boolean ring(RingTable table) {
        RingTable before = ring;
        if (before != null && table.epoch() <= before.epoch()) {
            return false;
        }
        ring = table;
        BitSet next = table.partitionsOf(ordinal);
        if (next.equals(partitions)) {
            return false;
        }
        partitions = next;
        List.copyOf(mine.values()).stream().filter(resource -> !isMine(resource))
                .forEach(resource -> leave(ResourceKey.of(resource)));
        return true;
    }

    /** Takes a resource as it is now. */
    void seen(HasMetadata resource) {
        ResourceKey key = ResourceKey.of(resource);
        if (!isMine(resource)) {
            leave(key);
            return;
        }
        if (!isServed(key, resource)) {
            drop(key);
            return;
        }
        HasMetadata old = mine.put(key, resource);
        view = new ResourceView(mine);
        // Status is written by us and the operator; it says nothing about what to do.
        if (old == null || !Objects.equals(spec(old), spec(resource))
                || !Objects.equals(old.getMetadata().getAnnotations(), resource.getMetadata().getAnnotations())) {
            listener.applied(old, resource);
        }
    }

    /** Keys of a kind that are here and not among these. */
    List<ResourceKey> missing(Class<? extends HasMetadata> type, List<? extends HasMetadata> all) {
        Set<ResourceKey> there = new HashSet<>();
        all.forEach(resource -> there.add(ResourceKey.of(resource)));
        return mine.keySet().stream()
                .filter(key -> key.kind().equals(HasMetadata.getKind(type)) && !there.contains(key)).toList();
    }

    private void drop(ResourceKey key) {
        take(key).ifPresent(listener::deleted);
    }

    private void leave(ResourceKey key) {
        take(key).ifPresent(listener::moved);
    }

    private Optional<HasMetadata> take(ResourceKey key) {
        HasMetadata old = mine.remove(key);
        if (old != null) {
            view = new ResourceView(mine);
        }
        return Optional.ofNullable(old);
    }

    /** Takes it that a resource does not exist. */
    void deleted(ResourceKey key) {
        drop(key);
        if (refused.remove(key) != null) {
            tellProblems();
        }
    }

    private boolean isMine(HasMetadata resource) {
        String namespace = resource.getMetadata().getNamespace();
        return switch (resource) {
            case ObjectStore store -> true;
            case LiveStream stream -> partitions.get(Partitions.of(namespace, stream.getMetadata().getName()))
                    && (stream.getSpec().poolRef() == null
                            ? isLabelled(stream)
                            : stream.getSpec().poolRef().name().equals(pool));
            case Recording recording -> recording.getSpec().streamRef() != null && isLabelled(recording)
                    && partitions.get(Partitions.of(namespace, recording.getSpec().streamRef().name()));
            default -> false;
        };
    }

    private boolean isLabelled(HasMetadata resource) {
        Map<String, String> labels = resource.getMetadata().getLabels();
        return labels != null && pool.equals(labels.get(Labels.POOL));
    }

    private boolean isServed(ResourceKey key, HasMetadata resource) {
        List<ServedFeatures.NotServed> missing = switch (resource) {
            case LiveStream stream -> ServedFeatures.of(stream.getSpec());
            case Recording recording -> ServedFeatures.of(recording.getSpec());
            default -> List.of();
        };
        List<Problem> problems = missing.stream().map(feature -> NotServedProblems.of("", 0, key, feature)).toList();
        List<Problem> before = problems.isEmpty() ? refused.remove(key) : refused.put(key, problems);
        if (!problems.equals(before == null ? List.of() : before)) {
            tellProblems();
        }
        return missing.isEmpty();
    }

    private void tellProblems() {
        List<Problem> all = new ArrayList<>();
        new LinkedHashMap<>(refused).values().forEach(all::addAll);
        listener.problems(List.copyOf(all));
    }

    private static @Nullable Object spec(HasMetadata resource) {
        return switch (resource) {
            case LiveStream stream -> stream.getSpec();
            case Recording recording -> recording.getSpec();
            case ObjectStore store -> store.getSpec();
            default -> resource;
        };
    }
}

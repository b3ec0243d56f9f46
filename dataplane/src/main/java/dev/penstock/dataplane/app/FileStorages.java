package dev.penstock.dataplane.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Mode;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Storage;
import dev.penstock.dataplane.vod.storage.FolderStorage;
import dev.penstock.dataplane.vod.storage.ObjectStorage;

/**
 * {@code spec.storages} of the pools in a folder whose {@code spec.modes} have Stream: without Kubernetes the process stands for a pod
 * of each of them. Changed by the one thread that tells of resources, read by any thread.
 */
final class FileStorages {
    private final Stores stores;
    private final Problems problems;
    private final Map<String, MediaPool> pools = new TreeMap<>();
    private volatile Map<String, Place> storages = Map.of();

    /** A storage, and what it was made from: as long as that is the same, files stay open. */
    private record Place(String namespace, Storage from, dev.penstock.dataplane.vod.storage.Storage storage) {}

    FileStorages(Stores stores, Problems problems) {
        this.stores = stores;
        this.problems = problems;
    }

    /** A storage by its name in URLs. Any thread. */
    Optional<dev.penstock.dataplane.vod.storage.Storage> find(String name) {
        return Optional.ofNullable(storages.get(name)).map(Place::storage);
    }

    /** A pool is new or has changed. */
    void apply(MediaPool pool) {
        pools.put(id(pool), pool);
        settle();
    }

    /** A pool is gone. */
    void remove(MediaPool pool) {
        pools.remove(id(pool));
        problems.solved(problem(pool, "spec.modes"));
        problems.solved(problem(pool, "spec.storages"));
        settle();
    }

    private void settle() {
        Map<String, Place> now = new LinkedHashMap<>();
        for (MediaPool pool : pools.values()) {
            List<Mode> modes = pool.getSpec().modes();
            List<Mode> missing = modes.stream().filter(mode -> mode != Mode.LIVE && mode != Mode.STREAM).toList();
            judge(pool, "spec.modes", missing.toString(), "Live and Stream; others are not served yet",
                    !missing.isEmpty());
            List<Storage> own = pool.getSpec().storages() == null ? List.of() : pool.getSpec().storages();
            List<Storage> used = modes.contains(Mode.STREAM) ? own : List.of();
            List<String> idle = own.stream().filter(s -> !used.contains(s) || now.containsKey(s.name()))
                    .map(Storage::name).toList();
            judge(pool, "spec.storages", idle.toString(),
                    "spec.modes with Stream, and names that no other pool has; of no effect", !idle.isEmpty());
            String namespace = pool.getMetadata().getNamespace();
            used.forEach(storage -> now.putIfAbsent(storage.name(), place(namespace, storage)));
        }
        storages = Map.copyOf(now);
    }

    private Place place(String namespace, Storage storage) {
        Place before = storages.get(storage.name());
        if (before != null && before.namespace().equals(namespace) && before.from().equals(storage)) {
            return before;
        }
        String path = storage.path();
        if (path != null) {
            return new Place(namespace, storage, new FolderStorage(Path.of(path)));
        }
        String store = storage.storeRef() == null ? "" : storage.storeRef().name();
        return new Place(namespace, storage, new ObjectStorage(() -> stores.find(namespace, store)));
    }

    private void judge(MediaPool pool, String field, String value, String expected, boolean isWrong) {
        if (isWrong) {
            problems.failed(problem(pool, field), "MediaPool " + id(pool), field, value, expected);
        } else {
            problems.solved(problem(pool, field));
        }
    }

    private static String problem(MediaPool pool, String field) {
        return "MediaPool " + id(pool) + " " + field;
    }

    private static String id(MediaPool pool) {
        return pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getName();
    }
}

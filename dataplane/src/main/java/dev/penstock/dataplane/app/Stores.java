package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.store.ObjectStore;

/**
 * The object stores that are open. Changed by the one thread that tells of resources, read by any: whoever uploads asks for
 * the store each time, so changed credentials take effect at once.
 */
final class Stores {
    private final StoreOpener opener;
    private final Problems problems;
    private final NodeSettings.Admission admission;
    private final Map<String, ObjectStore> open = new ConcurrentHashMap<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private final List<Consumer<String>> doubts = new CopyOnWriteArrayList<>();

    Stores(StoreOpener opener, Problems problems, NodeSettings.Admission admission) {
        this.opener = opener;
        this.problems = problems;
        this.admission = admission;
    }

    /** Opens a store, or opens it again; the one that was open stays in use when that fails. */
    void apply(String namespace, String name, ObjectStoreSpec spec) {
        String resource = "ObjectStore " + namespace + "/" + name;
        Optional<String> refusal = admission.refusal(spec);
        if (refusal.isPresent()) {
            remove(namespace, name);
            problems.failed(resource, refusal.get());
            failures.put(namespace + "/" + name, refusal.get());
            doubt(namespace + "/" + name);
            return;
        }
        try {
            if (spec.file() != null) {
                inside(spec.file().path());
            }
            ObjectStore opened = new WatchedStore(opener.open(namespace, spec), () -> doubt(namespace + "/" + name));
            failures.remove(namespace + "/" + name);
            close(open.put(namespace + "/" + name, opened));
            problems.solved(resource);
        } catch (IllegalArgumentException e) {
            problems.failed(resource, String.valueOf(e.getMessage()));
            failures.put(namespace + "/" + name, String.valueOf(e.getMessage()));
        }
        doubt(namespace + "/" + name);
    }

    /** Forgets a store. Uploads under way end with an error and are tried again with what is there then. */
    void remove(String namespace, String name) {
        close(open.remove(namespace + "/" + name));
        failures.remove(namespace + "/" + name);
        problems.solved("ObjectStore " + namespace + "/" + name);
    }

    /** A store that is open now. */
    Optional<ObjectStore> find(String namespace, String name) {
        return Optional.ofNullable(open.get(namespace + "/" + name));
    }

    /** Why a store cannot be opened as its resource says now; nothing when it is open. Any thread. */
    Optional<String> failure(String namespace, String name) {
        return Optional.ofNullable(failures.get(namespace + "/" + name));
    }

    /** Adds somebody who hears {@code ns/name} of a store that has changed or does not do what it is asked. Any thread. */
    void onDoubt(Consumer<String> hears) {
        doubts.add(hears);
    }

    /** A link in a permitted folder must not lead out of it. What is not there yet is made without links. */
    private void inside(String path) {
        Optional<List<String>> folders = admission.folders();
        if (folders.isEmpty()) {
            return;
        }
        Path there = Path.of(path).normalize();
        while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        try {
            if (there != null && folders.get().stream().noneMatch(folder -> there(folder, path))) {
                new Confine(folders).resolve(there);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("spec.file.path: " + path + ": " + e.getMessage(), e);
        }
    }

    /** Whether a path is a permitted folder that is still to be made, or above one: nothing of it can be a tenant's link. */
    private static boolean there(String folder, String path) {
        return !Files.exists(Path.of(folder)) && Path.of(path).normalize().startsWith(Path.of(folder).normalize());
    }

    private void doubt(String id) {
        doubts.forEach(hears -> hears.accept(id));
    }

    /** Gives the store as it is at each call; the one at hand when it is gone from the resources. */
    Supplier<ObjectStore> supplier(String namespace, String name, ObjectStore atHand) {
        return () -> find(namespace, name).orElse(atHand);
    }

    /** Closes all. */
    void close() {
        open.values().forEach(Stores::close);
        open.clear();
    }

    private static void close(@Nullable ObjectStore store) {
        if (store != null) {
            store.close();
        }
    }
}

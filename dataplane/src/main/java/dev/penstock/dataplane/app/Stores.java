package dev.penstock.dataplane.app;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.ObjectStoreSpec;
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
            return;
        }
        try {
            close(open.put(namespace + "/" + name, opener.open(namespace, spec)));
            problems.solved(resource);
        } catch (IllegalArgumentException e) {
            problems.failed(resource, String.valueOf(e.getMessage()));
        }
    }

    /** Forgets a store. Uploads under way end with an error and are tried again with what is there then. */
    void remove(String namespace, String name) {
        close(open.remove(namespace + "/" + name));
        problems.solved("ObjectStore " + namespace + "/" + name);
    }

    /** A store that is open now. */
    Optional<ObjectStore> find(String namespace, String name) {
        return Optional.ofNullable(open.get(namespace + "/" + name));
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

package dev.penstock.dataplane.app;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec.PoolLimits;
import dev.penstock.api.v1alpha1.ViewerLimits;
import dev.penstock.dataplane.access.Limits;
import dev.penstock.dataplane.access.ViewerBook;

/**
 * {@code spec.limits} of streams, and of the pool that the process is a pod of. Without Kubernetes the process stands for one pod of the
 * MediaPool in the folder; of several, of the first by namespace and name. Changed by the one thread that tells of resources, read
 * by any thread.
 */
final class ViewerRules {
    private final ViewerBook book;
    private final LiveStreams streams;
    private final Problems problems;
    private final Map<String, Integer> fullStatus = new ConcurrentHashMap<>();
    /** Of pools in a folder. */
    private final Map<String, Optional<PoolLimits>> pools = new TreeMap<>();

    /** @param streams hears how many streams may run */
    ViewerRules(ViewerBook book, LiveStreams streams, Problems problems) {
        this.book = book;
        this.streams = streams;
        this.problems = problems;
    }

    /** A stream is new or has changed; told before the stream is served. */
    void apply(LiveStream stream) {
        ViewerLimits limits = stream.getSpec().limits();
        String id = LiveStreams.id(stream);
        fullStatus.put(id, limits.fullStatus());
        book.open(id, new Limits(count(limits.softViewers()), count(limits.hardViewers()), count(limits.perAddress())));
    }

    /** A stream is gone; told after its viewers have been disconnected. */
    void remove(String namespace, String name) {
        fullStatus.remove(namespace + "/" + name);
        book.remove(namespace + "/" + name);
    }

    /** The status with which a stream turns viewers away. */
    int fullStatus(String stream) {
        return fullStatus.getOrDefault(stream, 503);
    }

    /** Limits of this pod; null for none. */
    void pod(@Nullable PoolLimits limits) {
        book.limitPod(limits == null
                ? Limits.NONE
                : new Limits(count(limits.softViewers()), count(limits.hardViewers()), count(limits.perAddress())));
        streams.limit(limits == null ? 0 : count(limits.streams()));
    }

    /** A pool in the folder is new or has changed. */
    void apply(MediaPool pool) {
        pools.put(id(pool), Optional.ofNullable(pool.getSpec().limits()));
        settle();
    }

    /** A pool in the folder is gone. */
    void remove(MediaPool pool) {
        pools.remove(id(pool));
        problems.solved("MediaPool " + id(pool));
        settle();
    }

    private void settle() {
        String first = pools.isEmpty() ? "" : pools.keySet().iterator().next();
        pools.forEach((id, limits) -> {
            if (id.equals(first) || limits.isEmpty()
                    || limits.get().equals(new PoolLimits(null, null, null, null))) {
                problems.solved("MediaPool " + id);
            } else {
                problems.failed("MediaPool " + id,
                        "spec.limits: of no effect (expected: one MediaPool, this process is a"
                                + " pod of " + first + ")");
            }
        });
        pod(pools.isEmpty() ? null : pools.get(first).orElse(null));
    }

    private static String id(MediaPool pool) {
        return pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getName();
    }

    private static int count(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}

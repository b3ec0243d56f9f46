package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.fabric8.kubernetes.api.model.HasMetadata;

import dev.penstock.api.v1alpha1.MediaPool;

/** What the source asks of a cluster. Watches go on by themselves when the API server comes back. */
interface Cluster {
    /** A watch that can be ended. */
    interface Subscription {
        /** Ends the watch; events already on their way may still arrive. */
        void end();
    }

    /** Hears of resources of one kind. On any thread. */
    interface Sink {
        /** All that match when the watch began. */
        void listed(Class<? extends HasMetadata> type, List<? extends HasMetadata> all);

        /** A resource matches, or has changed. */
        void seen(HasMetadata resource);

        /** A resource is gone, or matches no more. */
        void gone(HasMetadata last);
    }

    /** Follows a pool. */
    Subscription watchPool(String namespace, String name, Consumer<MediaPool> heard);

    /** Follows the streams and recordings of a pool that are labelled with these partitions, or all of the pool. */
    Subscription watchOwned(String namespace, String pool, Set<Integer> partitions, Sink sink);

    /** Follows the object stores of a namespace. */
    Subscription watchStores(String namespace, Sink sink);

    /**
     * A resource as it is now. Blocks.
     *
     * @return nothing when there is none
     * @throws RuntimeException when the cluster does not say
     */
    Optional<HasMetadata> get(ResourceKey key);

    /**
     * A Secret as it is now. Blocks.
     *
     * @return nothing when there is none
     * @throws RuntimeException when the cluster does not say
     */
    Optional<SecretData> secret(String namespace, String name);
}

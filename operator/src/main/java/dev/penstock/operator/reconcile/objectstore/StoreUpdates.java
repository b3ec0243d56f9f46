package dev.penstock.operator.reconcile.objectstore;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.operator.reconcile.Changes;

/** Which updates of a store matter: its spec, and whether a pod could write it. */
public final class StoreUpdates implements OnUpdateFilter<ObjectStore> {
    @Override
    public boolean accept(ObjectStore after, ObjectStore before) {
        return Changes.ofSpec(before, after)
                || Changes.of(before.getStatus(), after.getStatus(), ObjectStoreStatus::writable)
                || Changes.of(before.getStatus(), after.getStatus(), ObjectStoreStatus::message);
    }
}

package dev.penstock.operator.reconcile.livestream;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.operator.reconcile.Changes;

/** Which updates of a pool matter to its streams: its spec, and who owns what. */
final class PoolUpdates implements OnUpdateFilter<MediaPool> {
    @Override
    public boolean accept(MediaPool after, MediaPool before) {
        return Changes.ofSpec(before, after)
                || Changes.of(before.getStatus(), after.getStatus(), MediaPoolStatus::ring);
    }
}

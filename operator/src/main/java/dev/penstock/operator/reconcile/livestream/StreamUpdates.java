package dev.penstock.operator.reconcile.livestream;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.operator.reconcile.Changes;

/** Which updates of a stream matter: not the numbers that pods write, and not what the operator wrote itself. */
public final class StreamUpdates implements OnUpdateFilter<LiveStream> {
    @Override
    public boolean accept(LiveStream after, LiveStream before) {
        LiveStreamStatus now = after.getStatus();
        LiveStreamStatus then = before.getStatus();
        return Changes.ofSpec(before, after) || Changes.ofLabels(before, after)
                || Changes.ofServed(then == null ? null : then.conditions(), now == null ? null : now.conditions());
    }
}

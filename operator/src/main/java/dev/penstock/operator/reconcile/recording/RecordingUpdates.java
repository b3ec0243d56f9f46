package dev.penstock.operator.reconcile.recording;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus;
import dev.penstock.operator.reconcile.Changes;

/** Which updates of a recording matter: not the numbers that pods write, and not what the operator wrote itself. */
public final class RecordingUpdates implements OnUpdateFilter<Recording> {
    @Override
    public boolean accept(Recording after, Recording before) {
        RecordingStatus now = after.getStatus();
        RecordingStatus then = before.getStatus();
        return Changes.ofSpec(before, after) || Changes.ofLabels(before, after)
                || Changes.ofServed(then == null ? null : then.conditions(), now == null ? null : now.conditions());
    }
}

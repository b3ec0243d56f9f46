package dev.penstock.operator.reconcile.objectstore;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.FieldManagers;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdicts;

/**
 * Says whether a store can be used. The operator has no way to the store and reads no Secret: a pod that uses the store writes
 * {@code status.writable}, and this makes Ready of it. Until then a store that a recording uses is not Ready.
 */
@ControllerConfiguration(name = "objectstore", fieldManager = FieldManagers.OPERATOR, generationAwareEventProcessing = false, informer = @Informer(onUpdateFilter = StoreUpdates.class))
public final class ObjectStoreReconciler implements Reconciler<ObjectStore> {
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public ObjectStoreReconciler(ResourceWriter writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, ObjectStore>> prepareEventSources(EventSourceContext<ObjectStore> context) {
        return List.of(References.watchUsers(Recording.class, ObjectStore.class,
                recording -> Set.of(recording.getSpec().storeRef().name()),
                (after, before) -> Changes.ofSpec(before, after), context));
    }

    @Override
    public UpdateControl<ObjectStore> reconcile(ObjectStore store, Context<ObjectStore> context) {
        ObjectStoreStatus before = store.getStatus();
        ConditionPlanner.Result conditions = ConditionPlanner.plan(
                List.of(Phase.counted(writable(before, isUsed(store, context)))),
                before == null ? null : before.conditions(), store.getMetadata().getGeneration(), clock.instant());
        ObjectStoreStatus status = new ObjectStoreStatus(store.getMetadata().getGeneration(), conditions.conditions(),
                null, null, null);
        if (before == null || !status.observedGeneration().equals(before.observedGeneration())
                || !Verdicts.own(status.conditions()).equals(Verdicts.own(before.conditions()))) {
            writer.status(store, new ObjectStore(), status, context);
        }
        return UpdateControl.noUpdate();
    }

    private static boolean isUsed(ObjectStore store, Context<ObjectStore> context) {
        return References.all(Recording.class, store, context).stream()
                .anyMatch(r -> r.getSpec().storeRef().name().equals(store.getMetadata().getName()));
    }

    /** A store that nobody uses is not checked, and must not hold up who waits for all that he has applied. */
    private static Verdict writable(@Nullable ObjectStoreStatus status, boolean isUsed) {
        Boolean writable = status == null ? null : status.writable();
        if (writable != null) {
            String found = status.message() == null ? "" : status.message();
            return writable
                    ? new Done(Reasons.WRITABLE.word(), found.isEmpty() ? "A probe object could be written" : found)
                    : new NotYet(Reasons.NOT_WRITABLE.word(), found);
        }
        return isUsed
                ? new NotYet(Reasons.NOT_CHECKED.word(), "No pod has checked yet whether it can be written")
                : new Done(Reasons.NOT_USED.word(), "Not checked: no Recording uses it");
    }
}

package dev.penstock.operator.reconcile.recording;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import dev.penstock.api.FieldManagers;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingSpec;
import dev.penstock.api.v1alpha1.RecordingStatus;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Verdicts;

/** Checks what a recording refers to and labels it like its stream; the pod that owns the stream records. */
@ControllerConfiguration(name = "recording", fieldManager = FieldManagers.OPERATOR, generationAwareEventProcessing = false, informer = @Informer(onUpdateFilter = RecordingUpdates.class))
public final class RecordingReconciler implements Reconciler<Recording> {
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public RecordingReconciler(ResourceWriter writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, Recording>> prepareEventSources(EventSourceContext<Recording> context) {
        return List.of(
                References.watch(LiveStream.class, Recording.class,
                        r -> streamName(r.getSpec()).map(Set::of).orElse(Set.of()),
                        (after, before) -> Changes.ofSpec(before, after), context),
                References.watch(ObjectStore.class, Recording.class, r -> Set.of(r.getSpec().storeRef().name()),
                        (after, before) -> Changes.ofSpec(before, after)
                                || Changes.of(before.getStatus(), after.getStatus(), ObjectStoreStatus::writable)
                                || Changes.of(before.getStatus(), after.getStatus(), ObjectStoreStatus::message),
                        context),
                // Which pool matters, the stream says.
                References.watch(MediaPool.class, Recording.class, _ -> Set.of(""),
                        (after, before) -> Changes.ofSpec(before, after),
                        context));
    }

    @Override
    public UpdateControl<Recording> reconcile(Recording recording, Context<Recording> context) {
        Optional<LiveStream> stream = streamName(recording.getSpec())
                .flatMap(name -> References.named(LiveStream.class, name, recording, context));
        Optional<ObjectStore> store = References.named(ObjectStore.class, recording.getSpec().storeRef().name(),
                recording, context);
        RecordingPlan plan = RecordingPlan.of(recording, stream, store,
                References.all(MediaPool.class, recording, context));
        RecordingStatus before = recording.getStatus();
        ConditionPlanner.Result conditions = ConditionPlanner.plan(plan.phases(),
                before == null ? null : before.conditions(),
                recording.getMetadata().getGeneration(), clock.instant());
        if (before == null || !recording.getMetadata().getGeneration().equals(before.observedGeneration())
                || !Verdicts.own(conditions.conditions()).equals(Verdicts.own(before.conditions()))) {
            writer.status(recording, new Recording(),
                    new RecordingStatus(recording.getMetadata().getGeneration(), conditions.conditions(), null, null,
                            null),
                    context);
        }
        // Last: by the label a pod finds the recording and writes too, and then the status above would meet a newer version.
        writer.labels(recording, new Recording(), plan.labels(), context);
        UpdateControl<Recording> control = UpdateControl.noUpdate();
        return conditions.lookAgain().map(control::rescheduleAfter).orElse(control);
    }

    private static Optional<String> streamName(RecordingSpec spec) {
        return Optional.ofNullable(spec.streamRef()).map(r -> r.name());
    }
}

package dev.penstock.operator.reconcile.livestream;

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
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Verdicts;

/**
 * Places a stream: finds its pool, labels it so that the owning pod finds it, and says in status where it is and where it is
 * played. Pods serve it; their condition Served makes it Ready.
 */
@ControllerConfiguration(name = "livestream", fieldManager = FieldManagers.OPERATOR, generationAwareEventProcessing = false, informer = @Informer(onUpdateFilter = StreamUpdates.class))
public final class LiveStreamReconciler implements Reconciler<LiveStream> {
    private final OperatorConfig config;
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public LiveStreamReconciler(OperatorConfig config, ResourceWriter writer, InstantSource clock) {
        this.config = config;
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, LiveStream>> prepareEventSources(EventSourceContext<LiveStream> context) {
        return List.of(
                References.watch(MediaPool.class, LiveStream.class,
                        s -> Set.of(Optional.ofNullable(s.getSpec().poolRef()).map(r -> r.name()).orElse("")),
                        new PoolUpdates(), context),
                // Which gateway matters, the pool says; gateways are few and change seldom.
                References.watch(MediaGateway.class, LiveStream.class, _ -> Set.of(""),
                        (after, before) -> Changes.ofSpec(before, after)
                                || Changes.of(before.getStatus(), after.getStatus(), MediaGatewayStatus::url),
                        context));
    }

    @Override
    public UpdateControl<LiveStream> reconcile(LiveStream stream, Context<LiveStream> context) {
        StreamPlan plan = StreamPlan.of(stream, References.all(MediaPool.class, stream, context),
                References.all(MediaGateway.class, stream, context), config.clusterDomain());
        LiveStreamStatus before = stream.getStatus();
        ConditionPlanner.Result conditions = ConditionPlanner.plan(plan.phases(),
                before == null ? null : before.conditions(),
                stream.getMetadata().getGeneration(), clock.instant());
        LiveStreamStatus status = new LiveStreamStatus(stream.getMetadata().getGeneration(), conditions.conditions(),
                plan.partition(),
                plan.pod(), plan.urls(), null, null);
        if (!isSame(before, status)) {
            writer.status(stream, new LiveStream(), status, context);
        }
        // Last: by the label a pod finds the stream and writes too, and then the status above would meet a newer version.
        writer.labels(stream, new LiveStream(), plan.labels(), context);
        UpdateControl<LiveStream> control = UpdateControl.noUpdate();
        return conditions.lookAgain().map(control::rescheduleAfter).orElse(control);
    }

    private static boolean isSame(LiveStreamStatus before, LiveStreamStatus now) {
        return before != null && now.observedGeneration().equals(before.observedGeneration())
                && Verdicts.own(now.conditions()).equals(Verdicts.own(before.conditions()))
                && new LiveStreamStatus(null, null, before.partition(), before.pod(), before.urls(), null, null)
                        .equals(new LiveStreamStatus(null, null, now.partition(), now.pod(), now.urls(), null, null));
    }
}

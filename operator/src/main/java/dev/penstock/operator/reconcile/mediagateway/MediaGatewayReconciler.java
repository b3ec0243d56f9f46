package dev.penstock.operator.reconcile.mediagateway;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import dev.penstock.api.ConditionTypes;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Mode;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.resolve.BaseUrls;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.Wrong;
import dev.penstock.operator.status.Verdicts;

/** Says which pools a gateway serves and under which URL; so far only for a front door that somebody else runs. */
@ControllerConfiguration(name = "mediagateway", fieldManager = FieldManagers.OPERATOR)
public final class MediaGatewayReconciler implements Reconciler<MediaGateway> {
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public MediaGatewayReconciler(ResourceWriter writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, MediaGateway>> prepareEventSources(EventSourceContext<MediaGateway> context) {
        // The pool names the gateway, so any pool may concern any gateway of its namespace.
        return List.of(References.watch(MediaPool.class, MediaGateway.class, _ -> Set.of(""),
                (after, before) -> Changes.ofSpec(before, after), context));
    }

    @Override
    public UpdateControl<MediaGateway> reconcile(MediaGateway gateway, Context<MediaGateway> context) {
        List<MediaPool> pools = References.all(MediaPool.class, gateway, context).stream()
                .filter(p -> p.getSpec().gatewayRef() != null
                        && p.getSpec().gatewayRef().name().equals(gateway.getMetadata().getName()))
                .toList();
        MediaGatewayStatus before = gateway.getStatus();
        ConditionPlanner.Result conditions = ConditionPlanner.plan(
                List.of(Phase.shown(ConditionTypes.ACCEPTED, accepted(gateway, pools))),
                before == null ? null : before.conditions(), gateway.getMetadata().getGeneration(), clock.instant());
        MediaGatewayStatus status = new MediaGatewayStatus(gateway.getMetadata().getGeneration(),
                conditions.conditions(),
                BaseUrls.of(gateway).orElse(null), null, null, null,
                pools.stream().map(p -> p.getMetadata().getName()).sorted().toList());
        if (!isSame(before, status)) {
            writer.status(gateway, new MediaGateway(), status, context);
        }
        return UpdateControl.noUpdate();
    }

    private static Verdict accepted(MediaGateway gateway, List<MediaPool> pools) {
        Verdict served = Verdicts.accepted(ServedFeatures.of(gateway.getSpec()));
        List<String> live = pools.stream().filter(p -> p.getSpec().modes().contains(Mode.LIVE))
                .map(p -> p.getMetadata().getName()).sorted()
                .toList();
        return served instanceof Done && live.size() > 1
                ? new Wrong(Reasons.HOST_CONFLICT.word(),
                        "MediaPool spec.gatewayRef: named by " + live
                                + " (expected: at most one pool with mode Live, a path does not say the pool)")
                : served;
    }

    private static boolean isSame(MediaGatewayStatus before, MediaGatewayStatus now) {
        return before != null && now.observedGeneration().equals(before.observedGeneration())
                && Verdicts.own(now.conditions()).equals(Verdicts.own(before.conditions()))
                && new MediaGatewayStatus(null, null, before.url(), null, null, null,
                        before.pools() == null ? List.of() : before.pools())
                        .equals(new MediaGatewayStatus(null, null, now.url(), null, null, null, now.pools()));
    }
}

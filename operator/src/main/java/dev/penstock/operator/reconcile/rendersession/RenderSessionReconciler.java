package dev.penstock.operator.reconcile.rendersession;

import java.time.InstantSource;
import java.util.List;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;

import dev.penstock.api.ConditionTypes;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.RenderSession;
import dev.penstock.api.v1alpha1.RenderSessionStatus;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdicts;

/** Says that rendering is not served yet. */
@ControllerConfiguration(name = "rendersession", fieldManager = FieldManagers.OPERATOR)
public final class RenderSessionReconciler implements Reconciler<RenderSession> {
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public RenderSessionReconciler(ResourceWriter writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public UpdateControl<RenderSession> reconcile(RenderSession session, Context<RenderSession> context) {
        RenderSessionStatus before = session.getStatus();
        ConditionPlanner.Result conditions = ConditionPlanner.plan(
                List.of(Phase.shown(ConditionTypes.ACCEPTED, Verdicts.accepted(ServedFeatures.of(session.getSpec())))),
                before == null ? null : before.conditions(), session.getMetadata().getGeneration(), clock.instant());
        if (before == null || !session.getMetadata().getGeneration().equals(before.observedGeneration())
                || !Verdicts.own(conditions.conditions()).equals(Verdicts.own(before.conditions()))) {
            writer.status(session, new RenderSession(), new RenderSessionStatus(session.getMetadata().getGeneration(),
                    conditions.conditions(), null, null, null, null, null, null, null, null), context);
        }
        return UpdateControl.noUpdate();
    }
}

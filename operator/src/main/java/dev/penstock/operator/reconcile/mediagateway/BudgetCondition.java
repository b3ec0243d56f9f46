package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.operator.desired.GatewayService;

/** The gateway has several pods. */
final class BudgetCondition implements Condition<HasMetadata, MediaGateway> {
    @Override
    public boolean isMet(DependentResource<HasMetadata, MediaGateway> object, MediaGateway gateway,
            Context<MediaGateway> context) {
        return GatewayService.hasBudget(MediaGatewayReconciler.plan(context));
    }
}

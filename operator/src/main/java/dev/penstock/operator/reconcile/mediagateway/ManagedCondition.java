package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

import dev.penstock.api.v1alpha1.MediaGateway;

/** The operator runs an HAProxy for the gateway. */
final class ManagedCondition implements Condition<HasMetadata, MediaGateway> {
    @Override
    public boolean isMet(DependentResource<HasMetadata, MediaGateway> object, MediaGateway gateway,
            Context<MediaGateway> context) {
        return MediaGatewayReconciler.plan(context).isManaged();
    }
}

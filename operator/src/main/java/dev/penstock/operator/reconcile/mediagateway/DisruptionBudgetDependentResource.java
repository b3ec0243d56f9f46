package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayService;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class DisruptionBudgetDependentResource extends GatewayObject<PodDisruptionBudget> {
    DisruptionBudgetDependentResource() {
        super(PodDisruptionBudget.class, GatewayService::budget);
    }
}

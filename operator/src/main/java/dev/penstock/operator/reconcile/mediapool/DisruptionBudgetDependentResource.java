package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodGuards;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class DisruptionBudgetDependentResource extends PoolDependentResource<PodDisruptionBudget> {
    DisruptionBudgetDependentResource() {
        super(PodDisruptionBudget.class, PodGuards::disruptionBudget);
    }
}

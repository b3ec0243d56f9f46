package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodSet;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class StatefulSetDependentResource extends PoolDependentResource<StatefulSet> {
    StatefulSetDependentResource() {
        super(StatefulSet.class, PodSet::desired);
    }
}

package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodGuards;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class NetworkPolicyDependentResource extends PoolDependentResource<NetworkPolicy> {
    NetworkPolicyDependentResource() {
        super(NetworkPolicy.class, PodGuards::networkPolicy);
    }
}

package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodServices;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class ClientServiceDependentResource extends PoolDependentResource<Service> {
    ClientServiceDependentResource() {
        super(Service.class, PodServices::client);
    }
}

package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodAccess;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class ServiceAccountDependentResource extends PoolDependentResource<ServiceAccount> {
    ServiceAccountDependentResource() {
        super(ServiceAccount.class, PodAccess::account);
    }
}

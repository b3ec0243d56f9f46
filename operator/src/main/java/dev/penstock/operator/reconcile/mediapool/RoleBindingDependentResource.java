package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodAccess;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class RoleBindingDependentResource extends PoolDependentResource<RoleBinding> {
    RoleBindingDependentResource() {
        super(RoleBinding.class, PodAccess::binding);
    }
}

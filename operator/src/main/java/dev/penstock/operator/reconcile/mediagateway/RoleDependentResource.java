package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.rbac.Role;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayAccess;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class RoleDependentResource extends GatewayObject<Role> {
    RoleDependentResource() {
        super(Role.class, GatewayAccess::role);
    }
}

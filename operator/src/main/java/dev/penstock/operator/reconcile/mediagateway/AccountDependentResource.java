package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayAccess;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class AccountDependentResource extends GatewayObject<ServiceAccount> {
    AccountDependentResource() {
        super(ServiceAccount.class, GatewayAccess::account);
    }
}

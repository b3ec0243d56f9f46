package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayService;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class ServiceDependentResource extends GatewayObject<Service> {
    ServiceDependentResource() {
        super(Service.class, GatewayService::desired);
    }
}

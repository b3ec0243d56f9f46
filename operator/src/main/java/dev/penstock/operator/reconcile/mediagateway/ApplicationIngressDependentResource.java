package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayIngress;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class ApplicationIngressDependentResource extends GatewayObject<Ingress> {
    ApplicationIngressDependentResource() {
        super(Ingress.class, GatewayIngress::applications);
    }
}

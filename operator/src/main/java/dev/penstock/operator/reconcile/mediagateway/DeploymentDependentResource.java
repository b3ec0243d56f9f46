package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayPods;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class DeploymentDependentResource extends GatewayObject<Deployment> {
    DeploymentDependentResource() {
        super(Deployment.class, GatewayPods::desired);
    }
}

package dev.penstock.operator.reconcile.mediagateway;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.GatewayConfiguration;

@KubernetesDependent(informer = @Informer(labelSelector = GatewayObject.SELECTOR))
final class ConfigMapDependentResource extends GatewayObject<ConfigMap> {
    ConfigMapDependentResource() {
        super(ConfigMap.class, GatewayConfiguration::desired);
    }
}

package dev.penstock.operator.reconcile.mediapool;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.operator.desired.PodConfiguration;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class ConfigMapDependentResource extends PoolDependentResource<ConfigMap> {
    ConfigMapDependentResource() {
        super(ConfigMap.class, PodConfiguration::desired);
    }
}

package dev.penstock.crds.planted.api;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Sees what an API type must not see. */
public record PlantedApi(KubernetesClient client) {}

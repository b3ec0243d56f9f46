package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** What a gateway is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MediaGatewayStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that the operator has seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Accepted, Ready, Reconciling, Stalled.") @Nullable List<Condition> conditions,
        @Size(max = 2048) @JsonPropertyDescription("Base URL to the outside.") @Nullable String url,
        @Size(max = 253) @JsonPropertyDescription("Address of the Service or Ingress.") @Nullable String address,
        @Min(0) @JsonPropertyDescription("Pods there are.") @Nullable Integer replicas,
        @Min(0) @JsonPropertyDescription("Pods that are ready.") @Nullable Integer readyReplicas,
        @Size(max = 256) @JsonPropertyDescription("MediaPools that name the gateway.") @Nullable List<@Size(max = 253) String> pools) {}

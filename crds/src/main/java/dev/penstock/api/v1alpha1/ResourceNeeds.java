package dev.penstock.api.v1alpha1;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** Compute resources of a container, as in {@code resources} of a pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResourceNeeds(
        @JsonPropertyDescription("What is set aside, by resource name; quantities such as 500m and 2Gi. Default: none.") @Nullable Map<String, Quantity> requests,
        @JsonPropertyDescription("What may be used at most, by resource name. Default: none.") @Nullable Map<String, Quantity> limits) {}

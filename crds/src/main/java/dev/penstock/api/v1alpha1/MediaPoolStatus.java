package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** What a pool is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(oldSelf.ring) || (has(self.ring) && self.ring.epoch >= oldSelf.ring.epoch)", message = "expected: ring.epoch never lower than before", fieldPath = ".ring")
public record MediaPoolStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that the operator has seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Accepted, Ready, Reconciling, Stalled.") @Nullable List<Condition> conditions,
        @StatusReplicas @Min(0) @JsonPropertyDescription("Pods there are.") @Nullable Integer replicas,
        @Min(0) @JsonPropertyDescription("Pods that are ready.") @Nullable Integer readyReplicas,
        @LabelSelector @Size(max = 2048) @JsonPropertyDescription("Label selector of the pods, for autoscalers.") @Nullable String selector,
        @Min(0) @JsonPropertyDescription("Streams that the pods serve, as they say; counted at most every 30 s.") @Nullable Integer streams,
        @JsonPropertyDescription("Which pod owns which partition; pools of mode Live only.") @Nullable Ring ring) {

    /** Which pod owns which partition. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ring(
            @Required @Min(0) @JsonPropertyDescription("Number of the table; rises with every change, also over a restore: max(previous + 1, Unix seconds).") Long epoch,
            @Required @Size(max = 65536) @JsonPropertyDescription("Owner of each of the 4096 partitions, run-length coded pod ordinals.") String table,
            @Size(max = 1000) @JsonPropertyDescription("Ordinals of the pods that own partitions, rising.") @Nullable List<Integer> members,
            @Size(max = 65536) @JsonPropertyDescription("The table to return to, coded the same; only while pods are away and others have their partitions.") @Nullable String home) {}
}

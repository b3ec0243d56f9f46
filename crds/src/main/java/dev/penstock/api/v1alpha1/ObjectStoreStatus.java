package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** Whether objects can be written. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectStoreStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that was seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Ready, Reconciling, Stalled.") @Nullable List<Condition> conditions,
        @JsonPropertyDescription("Whether a probe object could be written, read and deleted.") @Nullable Boolean writable,
        @Size(max = 1024) @JsonPropertyDescription("What the last check found, redacted.") @Nullable String message,
        @Size(max = 40) @JsonPropertyDescription("When it was checked last, RFC 3339 in UTC.") @Nullable String checkedAt) {}

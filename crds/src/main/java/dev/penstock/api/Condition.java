package dev.penstock.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One aspect of a resource's state, as {@code metav1.Condition} defines it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @Size(max = 316) @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$") @JsonPropertyDescription("What the condition is about, CamelCase.") String type,
        @Required @JsonPropertyDescription("Whether it holds: True, False or Unknown.") Status status,
        @Min(0) @JsonPropertyDescription("metadata.generation that the condition was derived from.") @Nullable Long observedGeneration,
        @Required @Size(max = 40) @Pattern(Patterns.TIME) @JsonPropertyDescription("When status last changed, RFC 3339 in UTC.") String lastTransitionTime,
        @Required @Size(min = 1, max = 1024) @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$") @JsonPropertyDescription("Why, one CamelCase word for programs.") String reason,
        @Required @Size(max = 32768) @JsonPropertyDescription("Why, a sentence for people. Never holds a secret.") String message) {

    /** Whether a condition holds. */
    public enum Status {
        /** It holds. */
        True,
        /** It does not hold. */
        False,
        /** Not known yet. */
        Unknown
    }

    /** Whether the condition holds for sure. */
    public boolean holds() {
        return status == Status.True;
    }
}

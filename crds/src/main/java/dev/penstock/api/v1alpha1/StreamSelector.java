package dev.penstock.api.v1alpha1;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Chooses streams of the same namespace by their labels. What it says must hold all together. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.matchLabels) || has(self.matchExpressions)", message = "expected: matchLabels, matchExpressions or both")
public record StreamSelector(
        @JsonPropertyDescription("Labels that a stream must have with these values. Default: none.") @Nullable Map<String, String> matchLabels,
        @Size(max = 16) @JsonPropertyDescription("Further demands on labels, at most 16. Default: none.") @Nullable List<Expression> matchExpressions) {

    /** A demand on one label. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "(self.operator == 'In' || self.operator == 'NotIn') == (has(self.values) && size(self.values) > 0)", message = "expected: values with In and NotIn, none with Exists and DoesNotExist", fieldPath = ".values")
    public record Expression(
            @Required @Size(min = 1, max = 316) @JsonPropertyDescription("Key of the label.") String key,
            @Required @JsonPropertyDescription("In, NotIn, Exists or DoesNotExist.") Operator operator,
            @Size(max = 64) @JsonPropertyDescription("Values for In and NotIn, at most 64.") @Nullable List<@Size(max = 63) String> values) {}

    /** What is demanded of a label. */
    public enum Operator {
        /** One of the values. */
        @JsonProperty("In")
        IN,
        /** None of the values, or no such label. */
        @JsonProperty("NotIn")
        NOT_IN,
        /** Any value. */
        @JsonProperty("Exists")
        EXISTS,
        /** No such label. */
        @JsonProperty("DoesNotExist")
        DOES_NOT_EXIST
    }
}

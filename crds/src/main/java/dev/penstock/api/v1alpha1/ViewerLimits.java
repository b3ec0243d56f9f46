package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How many viewers are let in. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.softViewers) || !has(self.hardViewers) || self.softViewers <= self.hardViewers", message = "expected: at most hardViewers", fieldPath = ".softViewers")
@ValidationRule(value = "self.fullStatus == 503 || self.fullStatus == 404", message = "expected: 503 or 404", fieldPath = ".fullStatus")
public record ViewerLimits(
        @Min(1) @JsonPropertyDescription("From this many viewers on health says full, so that a balancer sends new ones elsewhere; they are still served. Default: none.") @Nullable Integer softViewers,
        @Min(1) @JsonPropertyDescription("More viewers than this are turned away. Default: none.") @Nullable Integer hardViewers,
        @Min(1) @JsonPropertyDescription("Most viewers from one address. Default: none.") @Nullable Integer perAddress,
        @Default("503") @JsonPropertyDescription("HTTP status for a viewer that is turned away: 503 with Retry-After, or 404 for old TV sets. Default 503.") Integer fullStatus) {}

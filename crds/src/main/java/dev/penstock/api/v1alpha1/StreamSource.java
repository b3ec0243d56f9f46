package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a stream comes from. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.pull) != has(self.push)", message = "expected: exactly one of pull and push")
public record StreamSource(
        @JsonPropertyDescription("Penstock connects to the source. Exactly one of pull and push.") @Nullable PullSource pull,
        @JsonPropertyDescription("The source connects to Penstock, by RTMP, SRT or HTTP. Exactly one of pull and push.") @Nullable PushSource push) {}

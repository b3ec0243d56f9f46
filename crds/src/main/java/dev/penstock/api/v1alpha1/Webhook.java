package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** A service that is asked whether someone may publish. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "duration(self.timeout) >= duration('100ms') && duration(self.timeout) <= duration('30s')", message = "expected: 100ms to 30s", fieldPath = ".timeout")
public record Webhook(
        @Required @Size(min = 1, max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL that gets a JSON POST, without user and password.") String url,
        @JsonPropertyDescription("Secret whose key token signs the request (HMAC-SHA256). Default: not signed.") @Nullable NameRef secretRef,
        @Default("2s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("An answer that takes longer counts as no. A duration from 100ms to 30s. Default 2s.") String timeout,
        @Default("1m") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("How long an answer is kept, a duration; 0s asks every time. Default 1m.") String cache) {}

package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** Who may play or publish a stream. Of several ways to play, one that admits is enough; with none playback is open. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamAccess(
        @JsonPropertyDescription("URLs signed with HMAC-SHA256; the Secret's values are the signing keys, each of them valid. Default: not accepted.") @Nullable NameRef signedUrlSecretRef,
        @JsonPropertyDescription("JSON Web Tokens. Default: not accepted.") @Nullable Jwt jwt,
        @JsonPropertyDescription("HTTP basic authentication; the Secret's keys are users, its values their passwords. Default: not accepted.") @Nullable NameRef basicSecretRef,
        @JsonPropertyDescription("Bearer tokens; the Secret's values are the tokens, each of them valid. Default: not accepted.") @Nullable NameRef bearerSecretRef,
        @Size(max = 32) @JsonPropertyDescription("Origins whose pages may play the stream (CORS), such as https://tv.example.org; at most 32. Default: any.") @Nullable List<@Size(max = 300) @Pattern(Patterns.HTTP_URL) String> origins,
        @JsonPropertyDescription("Service that is asked whether someone may publish; before the pool's. Default: the pool's.") @Nullable Webhook authWebhook) {

    /** Tokens of RFC 7519, checked with the keys of RFC 7517. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Jwt(
            @Required @Size(min = 1, max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL of the key set (JWKS).") String jwksUrl,
            @Size(max = 512) @JsonPropertyDescription("Required iss claim. Default: not checked.") @Nullable String issuer,
            @Size(max = 512) @JsonPropertyDescription("Required aud claim. Default: not checked.") @Nullable String audience) {}
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;

/** A source that connects to Penstock: an encoder, a phone, another server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PushSource(
        @JsonPropertyDescription("Secret whose values are the stream keys, each of them valid (so that keys can be rotated), but for the value passphrase: publishers by SRT must encrypt with that. Without it the authWebhook of the stream or pool decides; with neither nobody can publish.") @Nullable NameRef keySecretRef,
        @Default("Refuse") @JsonPropertyDescription("What happens to a second publisher. Refuse: it is turned away while the first one has sent media in the last 2 s. Replace: it takes over at its first keyframe. Default Refuse.") SecondPublisher secondPublisher) {

    /** What happens to a second publisher of a stream. */
    public enum SecondPublisher {
        /** Turned away while the first is alive. */
        @JsonProperty("Refuse")
        REFUSE,
        /** Takes over. */
        @JsonProperty("Replace")
        REPLACE
    }
}

package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** Somebody who is told by CloudEvents over HTTP what happens to a stream. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.heartbeat) || duration(self.heartbeat) >= duration('1s')", message = "expected: at least 1s", fieldPath = ".heartbeat")
public record Notification(
        @Required @Size(min = 1, max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL that gets a JSON POST (CloudEvents), without user and password.") String url,
        @JsonPropertyDescription("Secret whose key token signs the request (HMAC-SHA256). Default: not signed.") @Nullable NameRef secretRef,
        @Size(min = 1, max = 8) @JsonPropertyDescription("What is told: SourceUp, SourceDown, LimitHit, LimitMiss, RecordingStarted, RecordingFinalized, RecordingGap. Default: all.") @Nullable List<Event> events,
        @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Also tell every so often that the stream is served, a duration of at least 1s. Default: never.") @Nullable String heartbeat) {

    /** What somebody can be told of. */
    public enum Event {
        /** The source is connected. */
        @JsonProperty("SourceUp")
        SOURCE_UP,
        /** The source is lost. */
        @JsonProperty("SourceDown")
        SOURCE_DOWN,
        /** The soft viewer limit is reached. */
        @JsonProperty("LimitHit")
        LIMIT_HIT,
        /** Viewers are below the soft limit again. */
        @JsonProperty("LimitMiss")
        LIMIT_MISS,
        /** A session of a recording has begun. */
        @JsonProperty("RecordingStarted")
        RECORDING_STARTED,
        /** A session of a recording is complete in its store. */
        @JsonProperty("RecordingFinalized")
        RECORDING_FINALIZED,
        /** A recording lacks something. */
        @JsonProperty("RecordingGap")
        RECORDING_GAP
    }
}

package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** How far a render session is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RenderSessionStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that was seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Accepted, Placed, Ready, Reconciling, Stalled.") @Nullable List<Condition> conditions,
        @JsonPropertyDescription("Pending: not served yet. Ready: can be played. Exporting: the file is being made. Expired: ended. Failed: see conditions.") @Nullable Phase phase,
        @Size(max = 253) @JsonPropertyDescription("Pod that serves the session.") @Nullable String pod,
        @JsonPropertyDescription("Where it is played.") @Nullable Urls urls,
        @Size(max = 32) @JsonPropertyDescription("Length of the timeline, a duration.") @Nullable String duration,
        @Min(0) @JsonPropertyDescription("Segments of the timeline.") @Nullable Integer segments,
        @Min(0) @JsonPropertyDescription("Of these, those rendered.") @Nullable Integer rendered,
        @Size(max = 40) @JsonPropertyDescription("When the session ends, RFC 3339 in UTC.") @Nullable String expiresAt,
        @Size(max = 1024) @JsonPropertyDescription("What last went wrong.") @Nullable String lastError) {

    /** How far a session is. */
    public enum Phase {
        /** Not served yet. */
        @JsonProperty("Pending")
        PENDING,
        /** Can be played. */
        @JsonProperty("Ready")
        READY,
        /** The file is being made. */
        @JsonProperty("Exporting")
        EXPORTING,
        /** Ended. */
        @JsonProperty("Expired")
        EXPIRED,
        /** It cannot be served. */
        @JsonProperty("Failed")
        FAILED
    }

    /** Where a session is played. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Urls(
            @Size(max = 2048) @JsonPropertyDescription("HLS playlist.") @Nullable String hls,
            @Size(max = 2048) @JsonPropertyDescription("DASH manifest.") @Nullable String dash,
            @Size(max = 2048) @JsonPropertyDescription("Exported file.") @Nullable String export) {}
}

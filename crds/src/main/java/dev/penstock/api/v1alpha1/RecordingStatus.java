package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** What has been recorded. The pod that records writes the session; the operator writes the rest. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(oldSelf.session) || (has(self.session) && self.session.epoch >= oldSelf.session.epoch)", message = "expected: session.epoch never lower than before; the writer is no longer the owner of the stream", fieldPath = ".session")
public record RecordingStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that the operator has seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Accepted, Ready, Reconciling, Stalled; and of the recording: Served, UploadBacklogged, Finalized.") @Nullable List<Condition> conditions,
        @JsonPropertyDescription("Pending: nothing recorded yet. Recording: a session is open. Stopped: the session has ended, uploads go on. Finalized: all is in the store. Failed: see conditions.") @Nullable Phase phase,
        @JsonPropertyDescription("The newest session.") @Nullable Session session,
        @JsonPropertyDescription("With streamSelector: the Recordings made for it.") @Nullable Streams streams) {

    /** How far a recording is. */
    public enum Phase {
        /** Nothing recorded yet. */
        @JsonProperty("Pending")
        PENDING,
        /** A session is open. */
        @JsonProperty("Recording")
        RECORDING,
        /** The session has ended, uploads go on. */
        @JsonProperty("Stopped")
        STOPPED,
        /** All is in the store. */
        @JsonProperty("Finalized")
        FINALIZED,
        /** It cannot go on. */
        @JsonProperty("Failed")
        FAILED
    }

    /** One session: what was recorded without a longer interruption. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Session(
            @Required @Min(0) @JsonPropertyDescription("Ring epoch of the writer; a lower one than before is refused.") Long epoch,
            @Required @Size(max = 64) @JsonPropertyDescription("Name of the session: UTC start and 6 random characters.") String id,
            @Size(max = 2048) @JsonPropertyDescription("Prefix of its objects in the store.") @Nullable String prefix,
            @Size(max = 40) @JsonPropertyDescription("When it began, RFC 3339 in UTC.") @Nullable String startedAt,
            @Size(max = 40) @JsonPropertyDescription("When it ended, RFC 3339 in UTC.") @Nullable String endedAt,
            @Size(max = 32) @JsonPropertyDescription("Media recorded, a duration.") @Nullable String duration,
            @Min(0) @JsonPropertyDescription("Completed segments of all renditions.") @Nullable Long segments,
            @Min(0) @JsonPropertyDescription("Their bytes.") @Nullable Long bytes,
            @Min(0) @JsonPropertyDescription("Places where media is missing.") @Nullable Integer gaps,
            @Min(0) @JsonPropertyDescription("Completed segments that are not in the store yet.") @Nullable Long pending,
            @Size(max = 32) @JsonPropertyDescription("Age of the oldest segment that is not in the store yet, a duration.") @Nullable String uploadLag,
            @Size(max = 1024) @JsonPropertyDescription("What last went wrong, redacted.") @Nullable String lastError,
            @JsonPropertyDescription("Where it is played.") @Nullable Urls urls) {}

    /** Where a session is played. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Urls(
            @Size(max = 2048) @JsonPropertyDescription("HLS on the pool, live ones too.") @Nullable String hls,
            @Size(max = 2048) @JsonPropertyDescription("HLS in the public bucket.") @Nullable String bucketHls,
            @Size(max = 2048) @JsonPropertyDescription("MP4 file.") @Nullable String mp4) {}

    /** Recordings made for a selector. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Streams(
            @Min(0) @JsonPropertyDescription("Streams that match.") @Nullable Integer matched,
            @Min(0) @JsonPropertyDescription("Of these, those being recorded.") @Nullable Integer recording,
            @Min(0) @JsonPropertyDescription("Of these, those that failed.") @Nullable Integer failed,
            @Size(max = 10) @JsonPropertyDescription("Names of at most 10 of the Recordings made, failed ones first.") @Nullable List<@Size(max = 253) String> examples) {}
}

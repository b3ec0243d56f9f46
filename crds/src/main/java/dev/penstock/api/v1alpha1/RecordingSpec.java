package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** What shall be recorded, where to and in which form. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.streamRef) != has(self.streamSelector)", message = "expected: exactly one of streamRef and streamSelector")
@ValidationRule(value = "has(self.streamRef) == has(oldSelf.streamRef) && (!has(self.streamRef) || self.streamRef.name == oldSelf.streamRef.name)", message = "expected: unchanged; make another Recording for another stream", fieldPath = ".streamRef")
@ValidationRule(value = "self.storeRef.name == oldSelf.storeRef.name", message = "expected: unchanged; make another Recording for another store", fieldPath = ".storeRef")
@ValidationRule(value = "!has(self.deleteAfter) || duration(self.deleteAfter) >= duration('1m')", message = "expected: at least 1m", fieldPath = ".deleteAfter")
public record RecordingSpec(
        @JsonPropertyDescription("LiveStream that is recorded; cannot be changed. Exactly one of streamRef and streamSelector.") @Nullable NameRef streamRef,
        @JsonPropertyDescription("Records each stream that matches: one Recording of its own for every stream. Exactly one of streamRef and streamSelector.") @Nullable StreamSelector streamSelector,
        @Required @JsonPropertyDescription("ObjectStore for the recording; cannot be changed.") NameRef storeRef,
        @JsonPropertyDescription("Where segments go that storeRef's store has refused. Default: they wait in the spool.") @Nullable FailedSegments failedSegments,
        @JsonPropertyDescription("Which renditions are recorded. Default: the source only.") @Nullable Renditions renditions,
        @Default("Source") @JsonPropertyDescription("Container of the segments. Source: as the stream is cut, without repacking. TS: MPEG-2 TS. FMP4: fragmented MP4. Default Source.") Format format,
        @JsonPropertyDescription("How the recording is cut. Default: as the stream is.") @Nullable Segment segment,
        @Default("Join") @JsonPropertyDescription("What happens when the stream comes back after joinWindow or the recording is started again. Join: the session goes on within joinWindow, with a discontinuity. Split: every interruption begins a new session. Default Join.") Sessions sessions,
        @Default("5m") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("With sessions Join: an interruption up to this long does not end the session. A duration. Default 5m.") String joinWindow,
        @Default("false") @JsonPropertyDescription("Also keep a playlist of the last 6 segments in the bucket, rewritten with each segment. Default false.") Boolean bucketLive,
        @Default("{}") @JsonPropertyDescription("What is made of a session when it ends.") Outputs outputs,
        @Default("false") @JsonPropertyDescription("Stop recording; the session ends and is finalized. Back to false: a new session begins. Default false.") Boolean stop,
        @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Objects of a session are deleted so long after its end, a duration of at least 1m such as 720h. Default: never.") @Nullable String deleteAfter,
        @Default("Keep") @JsonPropertyDescription("What happens to the objects when the Recording is deleted, Keep or Delete. Default Keep.") OnDelete onDelete,
        @Size(max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL under which the store's prefix is public; used for URLs in status. Default: only the pool's own URLs are given.") @Nullable String publicUrl) {

    /** Where refused segments go. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FailedSegments(
            @Required @JsonPropertyDescription("ObjectStore for segments that the first store has refused.") NameRef storeRef) {}

    /** Which renditions are recorded. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Renditions(
            @Size(max = 16) @JsonPropertyDescription("Renditions to record; source is the stream as it comes in. Default: [source].") @Nullable List<@Size(max = 32) @Pattern(Patterns.LABEL) String> include,
            @Size(max = 16) @JsonPropertyDescription("Renditions not to record, of those included. Default: none.") @Nullable List<@Size(max = 32) @Pattern(Patterns.LABEL) String> exclude) {}

    /** Container of a recording's segments. */
    public enum Format {
        /** As the stream is cut. */
        @JsonProperty("Source")
        SOURCE,
        /** MPEG-2 transport stream. */
        @JsonProperty("TS")
        TS,
        /** Fragmented MP4. */
        @JsonProperty("FMP4")
        FMP4
    }

    /** How a recording is cut. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "duration(self.duration) >= duration('1s') && duration(self.duration) <= duration('1m')", message = "expected: 1s to 1m", fieldPath = ".duration")
    public record Segment(
            @Required @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Wanted length of a segment: the stream's segments are joined until it is reached. A duration from 1s to 1m.") String duration) {}

    /** What an interruption does to a session. */
    public enum Sessions {
        /** The session goes on. */
        @JsonProperty("Join")
        JOIN,
        /** A new session begins. */
        @JsonProperty("Split")
        SPLIT
    }

    /** What is made of a session when it ends. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Outputs(
            @Default("{\"enabled\": false}") @JsonPropertyDescription("One MP4 file per rendition. Default: not made.") Output mp4,
            @Default("{\"enabled\": true}") @JsonPropertyDescription("HLS playlists of the segments. Default: made.") Output hls) {}

    /** One thing that is made of a session. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Output(@Required @JsonPropertyDescription("Whether it is made.") Boolean enabled) {}

    /** What happens to the objects when a Recording is deleted. */
    public enum OnDelete {
        /** They stay. */
        @JsonProperty("Keep")
        KEEP,
        /** They are deleted too. */
        @JsonProperty("Delete")
        DELETE
    }
}

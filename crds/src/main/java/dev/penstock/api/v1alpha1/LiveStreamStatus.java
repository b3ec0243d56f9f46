package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;

/** What a stream is. The operator writes all but {@code media}, which belongs to the pod that serves the stream. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(oldSelf.media) || (has(self.media) && self.media.epoch >= oldSelf.media.epoch)", message = "expected: media.epoch never lower than before; the writer is no longer the owner of the stream", fieldPath = ".media")
public record LiveStreamStatus(
        @Min(0) @JsonPropertyDescription("metadata.generation that the operator has seen last.") @Nullable Long observedGeneration,
        @Size(max = 32) @JsonPropertyDescription("Accepted, Placed, Served, Ready, Reconciling, Stalled; and of the media: SourceConnected, Live, FallbackActive, LongGop.") @Nullable List<Condition> conditions,
        @Min(0) @Max(4095) @JsonPropertyDescription("Partition of the ring, CRC-32 of namespace/name modulo 4096.") @Nullable Integer partition,
        @Size(max = 253) @JsonPropertyDescription("Pod that owns the partition.") @Nullable String pod,
        @JsonPropertyDescription("Where the stream is played and published.") @Nullable Urls urls,
        @JsonPropertyDescription("The media, as the owning pod sees it; written when something changes.") @Nullable Media media,
        @JsonPropertyDescription("What is sent on to other servers, as the owning pod sees it.") @Nullable Outputs outputs) {

    /** What is sent on to other servers. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Outputs(
            @Size(max = 16) @JsonPropertyDescription("Servers of spec.outputs.push.") @Nullable List<PushOutput> push) {}

    /** A server that the stream is sent on to. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PushOutput(
            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name in spec.outputs.push.") String name,
            @Required @JsonPropertyDescription("Waiting (the stream has no media), Connecting, Connected (the server takes the stream) or Failed (tried again after a pause).") PushState state,
            @Size(max = 40) @JsonPropertyDescription("Since when, RFC 3339 in UTC.") @Nullable String since,
            @Size(max = 1024) @JsonPropertyDescription("What went wrong last, without secrets.") @Nullable String problem,
            @Min(0) @JsonPropertyDescription("Bytes of media sent by this pod.") @Nullable Long bytes) {}

    /** How it stands with a server that the stream is sent on to. */
    public enum PushState {
        /** The stream has no media to send. */
        @JsonProperty("Waiting")
        WAITING,
        /** The server has not accepted yet. */
        @JsonProperty("Connecting")
        CONNECTING,
        /** The server takes the stream. */
        @JsonProperty("Connected")
        CONNECTED,
        /** The server is tried again after a pause, or cannot be tried as things are. */
        @JsonProperty("Failed")
        FAILED
    }

    /** Where a stream is played and published; only what is enabled. Never holds a key. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Urls(
            @Size(max = 2048) @JsonPropertyDescription("HLS playlist.") @Nullable String hls,
            @Size(max = 2048) @JsonPropertyDescription("DASH manifest.") @Nullable String dash,
            @Size(max = 2048) @JsonPropertyDescription("Endless MPEG-TS.") @Nullable String ts,
            @Size(max = 2048) @JsonPropertyDescription("Picture of the newest keyframe.") @Nullable String poster,
            @Size(max = 2048) @JsonPropertyDescription("Where to publish by RTMP, without the key.") @Nullable String rtmp,
            @Size(max = 2048) @JsonPropertyDescription("Where to publish by SRT, without the key.") @Nullable String srt,
            @Size(max = 2048) @JsonPropertyDescription("Where to publish by HTTP.") @Nullable String publish) {}

    /** The media of a stream, as the owning pod sees it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Media(
            @Required @Min(0) @JsonPropertyDescription("Ring epoch of the writer; a lower one than before is refused.") Long epoch,
            @JsonPropertyDescription("What viewers get: Primary (the first url, or a publisher), Backup (another url), Slate or None.") @Nullable Origin source,
            @Min(0) @Max(15) @JsonPropertyDescription("Index of the url in use, from 0.") @Nullable Integer sourceIndex,
            @Size(max = 32) @JsonPropertyDescription("How the source is connected, such as rtsp or http.") @Nullable String protocol,
            @Size(max = 2048) @JsonPropertyDescription("Peer of the source, a redacted URL or address.") @Nullable String remote,
            @Size(max = 256) @JsonPropertyDescription("Codecs in the form of RFC 6381, separated by commas.") @Nullable String codecs,
            @Min(0) @JsonPropertyDescription("Picture width in pixels.") @Nullable Integer width,
            @Min(0) @JsonPropertyDescription("Picture height in pixels.") @Nullable Integer height,
            @Min(0) @JsonPropertyDescription("Frames per second, measured.") @Nullable Double fps,
            @Size(max = 32) @JsonPropertyDescription("Longest time between keyframes of the last minute, a duration.") @Nullable String keyframeInterval,
            @Min(0) @JsonPropertyDescription("Rate of the source in bit/s, measured.") @Nullable Long bitrate,
            @Min(0) @JsonPropertyDescription("Viewers of all protocols.") @Nullable Integer viewers,
            @Size(max = 40) @JsonPropertyDescription("When the source was connected, RFC 3339 in UTC.") @Nullable String since,
            @Size(max = 1024) @JsonPropertyDescription("What last went wrong with the source, redacted.") @Nullable String lastError) {}

    /** What viewers get. */
    public enum Origin {
        /** The first URL, or a publisher. */
        @JsonProperty("Primary")
        PRIMARY,
        /** Another URL. */
        @JsonProperty("Backup")
        BACKUP,
        /** The slate. */
        @JsonProperty("Slate")
        SLATE,
        /** Nothing. */
        @JsonProperty("None")
        NONE
    }
}

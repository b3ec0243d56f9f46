package dev.penstock.api.v1alpha1;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Patterns;
import dev.penstock.api.PoolRef;

/** What shall be rendered and how. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.timeline) != has(self.timelineFrom)", message = "expected: exactly one of timeline and timelineFrom")
@ValidationRule(value = "duration(self.timeToLive) >= duration('1m')", message = "expected: at least 1m", fieldPath = ".timeToLive")
public record RenderSessionSpec(
        @JsonPropertyDescription("MediaPool with mode Render. Default: the only such pool of the namespace. Without Kubernetes: not used.") @Nullable PoolRef poolRef,
        @PreserveUnknownFields @JsonPropertyDescription("The timeline: tracks of clips, gaps and transitions, in Penstock's JSON or OpenTimelineIO's. Exactly one of timeline and timelineFrom.") @Nullable Map<String, Object> timeline,
        @JsonPropertyDescription("File that holds the timeline. Exactly one of timeline and timelineFrom.") @Nullable StoredFile timelineFrom,
        @Default("{}") @JsonPropertyDescription("Form of the result.") Output output,
        @Default("1h") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("The session ends so long after it was made, a duration of at least 1m. Default 1h.") String timeToLive,
        @Default("10m") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("The session ends when nobody asks for so long, a duration. Default 10m.") String idleTimeout,
        @JsonPropertyDescription("Also render the whole timeline into a file. Default: not done.") @Nullable StoredFile export) {

    /** Form of the result. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "duration(self.segment) >= duration('1s') && duration(self.segment) <= duration('1m')", message = "expected: 1s to 1m", fieldPath = ".segment")
    public record Output(
            @Default("1280") @Min(16) @Max(7680) @JsonPropertyDescription("Picture width in pixels, 16 to 7680. Default 1280.") Integer width,
            @Default("720") @Min(16) @Max(4320) @JsonPropertyDescription("Picture height in pixels, 16 to 4320. Default 720.") Integer height,
            @Default("\"25\"") @Size(max = 16) @Pattern("^[0-9]{1,6}(/[1-9][0-9]{0,5})?$") @JsonPropertyDescription("Frames per second, a number or a fraction such as 30000/1001. Default 25.") String fps,
            @Default("3M") @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Video rate in bit/s, a quantity. Default 3M.") String videoBitrate,
            @Default("128k") @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Audio rate in bit/s, a quantity. Default 128k.") String audioBitrate,
            @Default("H264") @JsonPropertyDescription("Video codec, H264, H265 or AV1. Default H264.") Rendition.VideoCodec videoCodec,
            @Default("4s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Length of a segment, a duration from 1s to 1m. Default 4s.") String segment) {}
}

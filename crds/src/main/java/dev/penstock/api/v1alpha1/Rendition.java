package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Patterns;

/** A transcoded version of a stream, beside the source as it is (which is called {@code source}). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self.name != 'source'", message = "expected: another name, source is the stream as it comes in", fieldPath = ".name")
@ValidationRule(value = "has(self.videoBitrate) || has(self.audioBitrate)", message = "expected: videoBitrate, audioBitrate or both")
public record Rendition(
        @Required @Size(min = 1, max = 32) @Pattern(Patterns.LABEL) @JsonPropertyDescription("Name in URLs and object names, a DNS label of at most 32 characters, unique in the stream. Not source.") String name,
        @Min(16) @Max(4320) @JsonPropertyDescription("Picture height in pixels, 16 to 4320; the width follows from the source. A source that is smaller is not scaled up: the rendition is left out. Default: as the source.") @Nullable Integer height,
        @Min(1) @Max(120) @JsonPropertyDescription("Frames per second, 1 to 120. Default: as the source.") @Nullable Integer fps,
        @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Video rate in bit/s as a quantity such as 2500k. Default: no video.") @Nullable String videoBitrate,
        @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Audio rate in bit/s as a quantity such as 128k. Default: the source's audio as it is.") @Nullable String audioBitrate,
        @Default("H264") @JsonPropertyDescription("Video codec, H264, H265 or AV1. Default H264.") VideoCodec videoCodec) {

    /** What a rendition's video is encoded as. */
    public enum VideoCodec {
        /** ISO/IEC 14496-10. */
        @JsonProperty("H264")
        H264,
        /** ISO/IEC 23008-2. */
        @JsonProperty("H265")
        H265,
        /** AOMedia Video 1. */
        @JsonProperty("AV1")
        AV1
    }
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

import dev.penstock.api.Patterns;

/** How a stream is cut. These are promises to players: a change of target, max or partTarget restarts the playlists. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "duration(self.target) >= duration('1s')", message = "expected: at least 1s", fieldPath = ".target")
@ValidationRule(value = "duration(self.max) >= duration(self.target)", message = "expected: at least segment.target", fieldPath = ".max")
@ValidationRule(value = "duration(self.max) <= duration('1m')", message = "expected: at most 1m", fieldPath = ".max")
@ValidationRule(value = "duration(self.partTarget) >= duration('100ms')", message = "expected: at least 100ms", fieldPath = ".partTarget")
@ValidationRule(value = "duration(self.partTarget) <= duration(self.target)", message = "expected: at most segment.target", fieldPath = ".partTarget")
@ValidationRule(value = "duration(self.window) >= duration(self.max) + duration(self.max) + duration(self.max)", message = "expected: at least three times segment.max", fieldPath = ".window")
public record Segmenting(
        @Default("2s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Wanted length of a segment: it ends at the first keyframe after this time. A duration, at least 1s. Default 2s.") String target,
        @Default("4s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("A segment without a keyframe is cut here (condition LongGop); also the playlists' TARGETDURATION, rounded up to seconds. A duration from target to 1m. Default 4s.") String max,
        @Default("500ms") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Length of a part of low-latency HLS, and of a chunk of low-latency DASH. A duration from 100ms to target. Default 500ms.") String partTarget,
        @Default("TS") @JsonPropertyDescription("Container of the segments of HLS, TS (MPEG-2 TS) or FMP4 (fragmented MP4, CMAF). Default TS.") Format format,
        @Default("24s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("How far back viewers can go. A duration, at least three times max. Default 24s.") String window) {

    /** The container of segments. */
    public enum Format {
        /** MPEG-2 transport stream, ISO/IEC 13818-1. */
        @JsonProperty("TS")
        TS,
        /** Fragmented MP4, ISO/IEC 23000-19 (CMAF). */
        @JsonProperty("FMP4")
        FMP4
    }
}

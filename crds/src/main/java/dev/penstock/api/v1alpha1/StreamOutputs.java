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

/** What viewers and other servers get of a stream. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamOutputs(
        @Default("{}") @JsonPropertyDescription("HTTP Live Streaming.") Hls hls,
        @Default("{}") @JsonPropertyDescription("MPEG-DASH.") Dash dash,
        @Default("{}") @JsonPropertyDescription("MPEG-TS over HTTP, endless.") Ts ts,
        @Size(max = 16) @JsonPropertyDescription("Servers that the stream is sent on to, at most 16. Default: none.") @Nullable List<Push> push) {

    /** HTTP Live Streaming (RFC 8216). */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Hls(
            @Default("true") @JsonPropertyDescription("Whether the stream can be played as HLS. Default true.") Boolean enabled,
            @Default("false") @JsonPropertyDescription("Offer parts of segment.partTarget with blocking reloads (low-latency HLS); needs segment.format FMP4. Default false.") Boolean lowLatency) {}

    /** MPEG-DASH (ISO/IEC 23009-1). */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "!self.lowLatency || self.enabled", message = "expected: false, or enabled: true", fieldPath = ".lowLatency")
    public record Dash(
            @Default("false") @JsonPropertyDescription("Whether the stream can be played as DASH, whose segments are always fragmented MP4. Default false.") Boolean enabled,
            @Default("false") @JsonPropertyDescription("Send segments in chunks while they are made (low-latency DASH). Default false.") Boolean lowLatency) {}

    /** Endless MPEG-TS over HTTP. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "duration(self.flushInterval) >= duration('10ms') && duration(self.flushInterval) <= duration('1s')", message = "expected: 10ms to 1s", fieldPath = ".flushInterval")
    @ValidationRule(value = "duration(self.writeTimeout) >= duration('1s') && duration(self.writeTimeout) <= duration('10m')", message = "expected: 1s to 10m", fieldPath = ".writeTimeout")
    public record Ts(
            @Default("true") @JsonPropertyDescription("Whether the stream can be played as MPEG-TS over HTTP. Default true.") Boolean enabled,
            @Default("50ms") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("How long bytes are gathered before they are written to the viewers; longer costs delay and saves CPU. A duration from 10ms to 1s. Default 50ms.") String flushInterval,
            @Default("SkipToKeyframe") @JsonPropertyDescription("What happens to a viewer that reads too slowly. SkipToKeyframe: it goes on at the newest keyframe. Disconnect: it is cut. Default SkipToKeyframe.") SlowViewer slowViewer,
            @Default("30s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("A viewer that takes no byte for so long is cut. A duration from 1s to 10m. Default 30s.") String writeTimeout) {}

    /** What happens to a viewer that reads too slowly. */
    public enum SlowViewer {
        /** It goes on at the newest keyframe. */
        @JsonProperty("SkipToKeyframe")
        SKIP_TO_KEYFRAME,
        /** It is cut. */
        @JsonProperty("Disconnect")
        DISCONNECT
    }

    /** A server that the stream is sent on to. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "self.url.matches('^(rtmp|rtmps|srt|http|https)://[^/]')", message = "expected: a URL that starts with rtmp, rtmps, srt, http or https", fieldPath = ".url")
    @ValidationRule(value = "!(self.url.matches('^[a-z]+://[^/?#]+@') || self.url.matches('[?&](passphrase|key)='))", message = "expected: no user, password, key or passphrase in the URL; put them into a Secret and name it in secretRef", fieldPath = ".url")
    public record Push(
            @Required @Size(min = 1, max = 63) @Pattern(Patterns.LABEL) @JsonPropertyDescription("Name in status and logs, a DNS label, unique in the stream.") String name,
            @Required @Size(min = 1, max = 2048) @JsonPropertyDescription("Where to send: rtmp, rtmps, srt, http or https. Without user, password and key.") String url,
            @JsonPropertyDescription("Secret with key (RTMP: appended to the stream name; SRT: appended to the stream id; HTTP: bearer token), username and password (HTTP), or passphrase (SRT). Default: none.") @Nullable NameRef secretRef) {}
}

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

import dev.penstock.api.Patterns;
import dev.penstock.api.PoolRef;

/** What a stream shall be. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "duration(self.reconnectWindow) <= duration('1h')", message = "expected: at most 1h", fieldPath = ".reconnectWindow")
@ValidationRule(value = "!has(self.renditions) || size(self.renditions) == 0 || has(self.transcode)", message = "expected: transcode.poolRef, the pool that makes the renditions", fieldPath = ".renditions")
@ValidationRule(value = "!self.outputs.hls.lowLatency || self.segment.format == 'FMP4'", message = "expected: false, or segment.format: FMP4, as parts are fragmented MP4", fieldPath = ".outputs.hls.lowLatency")
public record LiveStreamSpec(
        @JsonPropertyDescription("MediaPool with mode Live that serves the stream. Default: the only such pool of the namespace. Without Kubernetes: not used.") @Nullable PoolRef poolRef,
        @Required @JsonPropertyDescription("Where the stream comes from.") StreamSource source,
        @Default("10s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("A source that is gone and back within this time is the same stream: viewers stay, sequence numbers go on. A duration, at most 1h. Default 10s.") String reconnectWindow,
        @Default("{}") @JsonPropertyDescription("Connect the source only while somebody needs it.") OnDemand onDemand,
        @Default("false") @JsonPropertyDescription("Take the stream off the air: source closed, publishers and viewers refused with the reason. Default false.") Boolean offline,
        @JsonPropertyDescription("What viewers see while no source is there. Default: nothing, they wait.") @Nullable Fallback fallback,
        @Default("{}") @JsonPropertyDescription("How the stream is cut into segments and how far back it reaches.") Segmenting segment,
        @Default("Transcode") @JsonPropertyDescription("Audio that players cannot play (G.711 of cameras). Transcode: it becomes AAC. Drop: it is left out. Default Transcode.") Audio audio,
        @Size(max = 8) @JsonPropertyDescription("Transcoded versions beside the source as it is, at most 8. Default: none.") @Nullable List<Rendition> renditions,
        @JsonPropertyDescription("Who makes the renditions; required with renditions.") @Nullable Transcode transcode,
        @JsonPropertyDescription("Extras of HTTP playback.") @Nullable Http http,
        @Default("{}") @JsonPropertyDescription("What viewers and other servers get.") StreamOutputs outputs,
        @Default("{}") @JsonPropertyDescription("How many viewers are let in.") ViewerLimits limits,
        @JsonPropertyDescription("Who may play or publish. Default: playback is open.") @Nullable StreamAccess access,
        @JsonProperty("notify") @Size(max = 8) @JsonPropertyDescription("Who is told what happens, at most 8. Default: nobody.") @Nullable List<Notification> notifications) {

    /** Connecting only while somebody needs the stream. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OnDemand(
            @Default("false") @JsonPropertyDescription("Connect with the first viewer or recording. Default false.") Boolean enabled,
            @Default("30s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("How long the source stays connected after the last one has left, a duration. Default 30s.") String linger,
            @Default("false") @JsonPropertyDescription("Connect once as soon as the stream is placed, to learn its codecs and have a poster. Default false.") Boolean prewarm) {}

    /** What viewers see while no source is there. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fallback(
            @Required @JsonPropertyDescription("Image or clip that is shown, in a loop.") StoredFile slate) {}

    /** What happens to audio that players cannot play. */
    public enum Audio {
        /** It becomes AAC. */
        @JsonProperty("Transcode")
        TRANSCODE,
        /** It is left out. */
        @JsonProperty("Drop")
        DROP
    }

    /** Who makes the renditions. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Transcode(@Required @JsonPropertyDescription("MediaPool with mode Transcode.") PoolRef poolRef) {}

    /** Extras of HTTP playback. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "!has(self.aliases) || self.aliases.all(a, !a.matches('^/(live|publish|recordings|dash|hls|render|trickplay|api|metrics|healthz|readyz)(/|$)'))", message = "expected: no path below /live, /publish, /recordings, /dash, /hls, /render, /trickplay, /api, /metrics, /healthz or /readyz", fieldPath = ".aliases")
    public record Http(
            @Size(max = 16) @JsonPropertyDescription("Further paths of the TS stream that deployed players already use, such as /pipe.ts; at most 16. Default: none.") @Nullable List<@Size(max = 255) @Pattern("^/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$") String> aliases,
            @JsonPropertyDescription("TS file that every HTTP-TS viewer gets before the stream. Default: none.") @Nullable StoredFile preamble) {}
}

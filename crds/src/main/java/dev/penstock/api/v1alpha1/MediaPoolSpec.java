package dev.penstock.api.v1alpha1;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** What a set of pods does, and with what. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MediaPoolSpec(
        @Required @Size(min = 1, max = 6) @JsonPropertyDescription("What the pods do, one or several. Live: take in, buffer and record streams. Edge: serve the viewers of a Live pool. Stream: package files on the fly. Render: render timelines. Trickplay: single frames of files. Transcode: make renditions. Each once.") List<Mode> modes,
        @SpecReplicas @Default("1") @Min(0) @Max(1000) @JsonPropertyDescription("Pods, 0 to 1000. Default 1.") Integer replicas,
        @Size(min = 1, max = 512) @JsonPropertyDescription("Image of the media server. Default: the operator's own setting.") @Nullable String image,
        @PreserveUnknownFields @JsonPropertyDescription("Pod template (core/v1 PodTemplateSpec) that is merged over the operator's like a strategic patch; the container's name is media. Default: none.") @Nullable Map<String, Object> podTemplate,
        @JsonPropertyDescription("Compute resources of the media container. Default: none.") @Nullable ResourceNeeds resources,
        @Default("{}") @JsonPropertyDescription("Where segments lie until they are uploaded, and the window of live streams.") Spool spool,
        @Size(max = 64) @JsonPropertyDescription("What modes Stream, Render and Trickplay may read, at most 64. Default: nothing.") @Nullable List<Storage> storages,
        @JsonPropertyDescription("ObjectStore for recordings of streams that have no resource of their own. Default: none.") @Nullable NameRef defaultStoreRef,
        @Default("{}") @JsonPropertyDescription("What users of the pool may run and read. Default: nothing.") Permit permit,
        @Size(max = 256) @JsonPropertyDescription("Further namespaces whose streams the pool serves, at most 256. Default: only its own.") @Nullable List<@Size(max = 63) @Pattern(Patterns.LABEL) String> allowedNamespaces,
        @JsonPropertyDescription("Service that is asked whether someone may publish. Default: only keys decide.") @Nullable Webhook authWebhook,
        @Default("{}") @JsonPropertyDescription("How much each pod takes on.") PoolLimits limits,
        @JsonPropertyDescription("Follow the load instead of a fixed number of replicas. Default: replicas is fixed.") @Nullable Autoscale autoscale,
        @JsonPropertyDescription("MediaGateway in front of the pool. Default: none.") @Nullable NameRef gatewayRef,
        @Size(min = 1, max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL under which the pool is reached without a MediaGateway; used for URLs in status. Default: the pool's Service inside the cluster.") @Nullable String publicUrl,
        @Default("2m") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Longest time a pod gets to hand over its streams and viewers when it ends, a duration. Default 2m.") String drainTimeout,
        @Default("10s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("A pod that answers nothing for so long loses its partitions to the others, a duration. Default 10s.") String failureWindow) {

    /** What pods do. */
    public enum Mode {
        /** Take in, buffer and record streams. */
        @JsonProperty("Live")
        LIVE,
        /** Serve the viewers of a Live pool. */
        @JsonProperty("Edge")
        EDGE,
        /** Package files on the fly. */
        @JsonProperty("Stream")
        STREAM,
        /** Render timelines. */
        @JsonProperty("Render")
        RENDER,
        /** Single frames of files. */
        @JsonProperty("Trickplay")
        TRICKPLAY,
        /** Make renditions. */
        @JsonProperty("Transcode")
        TRANSCODE
    }

    /** A named place that files are read from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "has(self.storeRef) != has(self.path)", message = "expected: exactly one of storeRef and path")
    public record Storage(
            @Required @Size(min = 1, max = 63) @Pattern(Patterns.LABEL) @JsonPropertyDescription("Name in URLs, a DNS label, unique in the pool.") String name,
            @JsonPropertyDescription("ObjectStore that is read. Exactly one of storeRef and path.") @Nullable NameRef storeRef,
            @Size(min = 1, max = 1024) @Pattern(Patterns.ABSOLUTE_PATH) @JsonPropertyDescription("Folder in the pods that is read, mounted by podTemplate. Exactly one of storeRef and path.") @Nullable String path) {}

    /** What users of the pool may run and read. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Permit(
            @Size(max = 64) @JsonPropertyDescription("Programs that command sources may run, absolute paths, at most 64. Default: none.") @Nullable List<@Size(max = 1024) @Pattern(Patterns.ABSOLUTE_PATH) String> programs,
            @Size(max = 64) @JsonPropertyDescription("Folders that file and unix sources may read and file stores may use, absolute paths, at most 64. Default: none.") @Nullable List<@Size(max = 1024) @Pattern(Patterns.ABSOLUTE_PATH) String> folders) {}

    /** How much each pod takes on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "!has(self.softViewers) || !has(self.hardViewers) || self.softViewers <= self.hardViewers", message = "expected: at most hardViewers", fieldPath = ".softViewers")
    public record PoolLimits(
            @Min(1) @JsonPropertyDescription("Streams per pod. Default: no limit.") @Nullable Integer streams,
            @Min(1) @JsonPropertyDescription("From this many viewers per pod on health says full. Default: none.") @Nullable Integer softViewers,
            @Min(1) @JsonPropertyDescription("More viewers per pod than this are turned away. Default: no limit.") @Nullable Integer hardViewers,
            @Min(1) @JsonPropertyDescription("Most viewers from one address per pod. Default: no limit.") @Nullable Integer perAddress) {}

    /** Following the load. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "self.minReplicas <= self.maxReplicas", message = "expected: at most maxReplicas", fieldPath = ".minReplicas")
    @ValidationRule(value = "has(self.viewers) || has(self.streams) || has(self.bitrate) || has(self.cpuPercent)", message = "expected: at least one of viewers, streams, bitrate and cpuPercent")
    public record Autoscale(
            @Default("1") @Min(1) @Max(1000) @JsonPropertyDescription("Fewest pods, 1 to 1000. Default 1.") Integer minReplicas,
            @Required @Min(1) @Max(1000) @JsonPropertyDescription("Most pods, 1 to 1000.") Integer maxReplicas,
            @Min(1) @JsonPropertyDescription("Wanted viewers per pod. Default: not looked at.") @Nullable Integer viewers,
            @Min(1) @JsonPropertyDescription("Wanted streams per pod. Default: not looked at.") @Nullable Integer streams,
            @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Wanted output per pod in bit/s, a quantity such as 2G. Default: not looked at.") @Nullable String bitrate,
            @Min(1) @Max(100) @JsonPropertyDescription("Wanted CPU use in percent of the request, 1 to 100. Default: not looked at.") @Nullable Integer cpuPercent) {}
}

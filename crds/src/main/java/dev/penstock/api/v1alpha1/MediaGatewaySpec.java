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
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** The front door of the pools that name it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.ingressClassName) || self.provider == 'HaproxyIngress' || self.provider == 'HaproxyTech'", message = "expected: ingressClassName only with provider HaproxyIngress or HaproxyTech", fieldPath = ".ingressClassName")
@ValidationRule(value = "has(self.gatewayRef) == (self.provider == 'GatewayAPI')", message = "expected: gatewayRef with provider GatewayAPI, and only then", fieldPath = ".gatewayRef")
public record MediaGatewaySpec(
        @Default("Managed") @JsonPropertyDescription("Who carries the traffic. Managed: an HAProxy of its own. HaproxyIngress, HaproxyTech: the controller of that name, by Ingress objects. GatewayAPI: by routes of gateway.networking.k8s.io. None: nobody, only URLs are made. Default Managed.") Provider provider,
        @Size(min = 1, max = 253) @Pattern(Patterns.NAME) @JsonPropertyDescription("Host name of all URLs. Default: any host is answered, and URLs hold the address.") @Nullable String host,
        @JsonPropertyDescription("TLS for host. Default: plain HTTP.") @Nullable Tls tls,
        @Default("{}") @JsonPropertyDescription("Ports to the outside.") Ports ports,
        @Default("1") @Min(0) @Max(100) @JsonPropertyDescription("With provider Managed: pods, 0 to 100. Default 1.") Integer replicas,
        @Size(min = 1, max = 512) @JsonPropertyDescription("With provider Managed: image of HAProxy. Default: the operator's own setting.") @Nullable String image,
        @Default("ClusterIP") @JsonPropertyDescription("With provider Managed: type of the Service, ClusterIP, NodePort or LoadBalancer. Default ClusterIP.") ServiceType serviceType,
        @Size(min = 1, max = 253) @Pattern(Patterns.NAME) @JsonPropertyDescription("IngressClass of the foreign controller; only with provider HaproxyIngress or HaproxyTech. Default: the cluster's default class.") @Nullable String ingressClassName,
        @JsonPropertyDescription("Gateway that the routes attach to; with provider GatewayAPI only, and required there.") @Nullable NameRef gatewayRef,
        @Size(max = 64) @JsonPropertyDescription("Client applications on the same host, so that their pages need no CORS; at most 64. Default: none.") @Nullable List<Route> routes,
        @PreserveUnknownFields @JsonPropertyDescription("With provider Managed: pod template (core/v1 PodTemplateSpec) that is merged over the operator's like a strategic patch; the container's name is haproxy. Default: none.") @Nullable Map<String, Object> podTemplate,
        @JsonPropertyDescription("With provider Managed: compute resources of HAProxy. Default: none.") @Nullable ResourceNeeds resources) {

    /** Who carries the traffic. */
    public enum Provider {
        /** An HAProxy of its own. */
        @JsonProperty("Managed")
        MANAGED,
        /** The haproxy-ingress controller. */
        @JsonProperty("HaproxyIngress")
        HAPROXY_INGRESS,
        /** The controller of HAProxy Technologies. */
        @JsonProperty("HaproxyTech")
        HAPROXY_TECH,
        /** Routes of gateway.networking.k8s.io. */
        @JsonProperty("GatewayAPI")
        GATEWAY_API,
        /** Nobody. */
        @JsonProperty("None")
        NONE
    }

    /** How the Service of a managed HAProxy is reached. */
    public enum ServiceType {
        /** Inside the cluster. */
        @JsonProperty("ClusterIP")
        CLUSTER_IP,
        /** By a port of every node. */
        @JsonProperty("NodePort")
        NODE_PORT,
        /** By a load balancer of the cloud. */
        @JsonProperty("LoadBalancer")
        LOAD_BALANCER
    }

    /** TLS for the host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tls(@Required @JsonPropertyDescription("Secret of type kubernetes.io/tls.") NameRef secretRef) {}

    /** Ports to the outside. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ports(
            @Default("80") @Min(1) @Max(65535) @JsonPropertyDescription("HTTP. Default 80.") Integer http,
            @Default("443") @Min(1) @Max(65535) @JsonPropertyDescription("HTTPS, with tls. Default 443.") Integer https,
            @Default("1935") @Min(1) @Max(65535) @JsonPropertyDescription("RTMP. Default 1935.") Integer rtmp) {}

    /** A client application on the same host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "!self.path.matches('^/(live|publish|recordings|dash|hls|render|trickplay|api|metrics|healthz|readyz)(/|$)')", message = "expected: no path below /live, /publish, /recordings, /dash, /hls, /render, /trickplay, /api, /metrics, /healthz or /readyz", fieldPath = ".path")
    public record Route(
            @Required @Size(min = 1, max = 255) @Pattern("^/[A-Za-z0-9._~/-]*$") @JsonPropertyDescription("Path prefix of the application, such as /app.") String path,
            @Required @JsonPropertyDescription("Service that answers.") ServiceRef serviceRef) {}

    /** A port of a Service of the same namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ServiceRef(
            @Required @Size(min = 1, max = 63) @Pattern(Patterns.LABEL) @JsonPropertyDescription("Name of the Service, in the same namespace.") String name,
            @Default("80") @Min(1) @Max(65535) @JsonPropertyDescription("Its port. Default 80.") Integer port) {}
}

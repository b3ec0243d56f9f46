package dev.penstock.api;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.LiveStreamSpec.OnDemand;
import dev.penstock.api.v1alpha1.MediaGatewaySpec;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.PullSource;
import dev.penstock.api.v1alpha1.PullUrl;
import dev.penstock.api.v1alpha1.RecordingSpec;
import dev.penstock.api.v1alpha1.RenderSessionSpec;

/**
 * The one list of what the resources can say and this version does not do yet. The operator and the standalone data plane ask it,
 * so both refuse the same and in the same words; {@code docs/status.md} shows it to people. A resource that uses such a field is
 * refused as a whole: half of what was asked for, silently, would be worse.
 */
public final class ServedFeatures {
    /**
     * A field that is not served yet.
     *
     * @param field path of the field, for example {@code spec.renditions}
     * @param message a sentence for people: path, value where it helps, what is expected
     */
    public record NotServed(String field, String message) {}

    private final List<NotServed> found = new ArrayList<>();

    private ServedFeatures() {}

    /** What a stream asks for and does not get; empty if all is served. */
    public static List<NotServed> of(LiveStreamSpec spec) {
        ServedFeatures f = new ServedFeatures();
        f.refuse(spec.poolRef() == null ? null : spec.poolRef().namespace(), "spec.poolRef.namespace",
                "a pool of the same namespace");
        if (spec.source().pull() != null) {
            f.pull(spec.source().pull());
        }
        OnDemand onDemand = spec.onDemand();
        f.refuse(spec.source().push() != null && onDemand != null && isTrue(onDemand.enabled()),
                "spec.onDemand.enabled", "true with spec.source.push", "false; publishers come when they like");
        f.refuse(filled(spec.renditions()), "spec.renditions", "no renditions");
        return List.copyOf(f.found);
    }

    /** What a recording asks for and does not get; empty if all is served. */
    public static List<NotServed> of(RecordingSpec spec) {
        ServedFeatures f = new ServedFeatures();
        f.refuse(spec.streamSelector(), "spec.streamSelector", "spec.streamRef");
        f.refuse(spec.failedSegments(), "spec.failedSegments", "segments wait in the spool");
        if (spec.renditions() != null) {
            List<String> include = spec.renditions().include();
            f.refuse(include != null && !include.equals(List.of("source")), "spec.renditions.include", include,
                    "[source]");
            f.refuse(filled(spec.renditions().exclude()), "spec.renditions.exclude", "nothing excluded");
        }
        f.refuse(spec.format() == RecordingSpec.Format.FMP4, "spec.format", "FMP4", "Source or TS");
        f.refuse(spec.segment(), "spec.segment", "segments as the stream is cut");
        if (spec.outputs() != null) {
            f.refuse(spec.outputs().mp4() != null && isTrue(spec.outputs().mp4().enabled()), "spec.outputs.mp4.enabled",
                    true, "false");
            f.refuse(spec.outputs().hls() != null && isFalse(spec.outputs().hls().enabled()),
                    "spec.outputs.hls.enabled", false, "true");
        }
        f.refuse(spec.deleteAfter(), "spec.deleteAfter", "objects are kept");
        f.refuse(spec.onDelete() == RecordingSpec.OnDelete.DELETE, "spec.onDelete", "Delete", "Keep");
        f.refuse(spec.publicUrl(), "spec.publicUrl", "the pool's own URLs");
        return List.copyOf(f.found);
    }

    /** What a pool asks for and does not get; empty if all is served. */
    public static List<NotServed> of(MediaPoolSpec spec) {
        ServedFeatures f = new ServedFeatures();
        f.refuse(!spec.modes().equals(List.of(MediaPoolSpec.Mode.LIVE)), "spec.modes",
                spec.modes().stream().map(ServedFeatures::mode).toList(),
                "[Live]");
        f.refuse(filled(spec.storages()), "spec.storages", "no storages");
        f.refuse(spec.defaultStoreRef(), "spec.defaultStoreRef", "recordings name their store");
        f.refuse(filled(spec.allowedNamespaces()), "spec.allowedNamespaces", "streams of the pool's own namespace");
        f.refuse(spec.autoscale(), "spec.autoscale", "a fixed number of replicas");
        return List.copyOf(f.found);
    }

    /** What a gateway asks for and does not get; empty if all is served. */
    public static List<NotServed> of(MediaGatewaySpec spec) {
        ServedFeatures f = new ServedFeatures();
        f.refuse(spec.provider() == MediaGatewaySpec.Provider.GATEWAY_API, "spec.provider", "GatewayAPI",
                "Managed, HaproxyIngress, HaproxyTech or None");
        f.refuse(spec.podTemplate() != null && !spec.podTemplate().isEmpty(), "spec.podTemplate",
                "the operator's template");
        f.refuse(spec.provider() == MediaGatewaySpec.Provider.NONE && filled(spec.routes()), "spec.routes",
                "with provider None, routes in your own proxy");
        return List.copyOf(f.found);
    }

    /** What a gateway asks for and gets in a lesser form; it is said, not refused. Empty if all is as it should be. */
    public static List<NotServed> lesser(MediaGatewaySpec spec) {
        MediaGatewaySpec.Provider provider = spec.provider();
        boolean isForeign = provider == MediaGatewaySpec.Provider.HAPROXY_INGRESS
                || provider == MediaGatewaySpec.Provider.HAPROXY_TECH;
        return isForeign
                ? List.of(new NotServed("spec.provider", "spec.provider: "
                        + (provider == MediaGatewaySpec.Provider.HAPROXY_TECH ? "HaproxyTech" : "HaproxyIngress")
                        + " sends requests to pods by a hash, and pods relay to the owner;"
                        + " the exact map of owners is not served yet (expected for that: Managed)"))
                : List.of();
    }

    /** What a render session asks for and does not get: so far, everything. */
    public static List<NotServed> of(RenderSessionSpec spec) {
        ServedFeatures f = new ServedFeatures();
        f.refuse(spec, "spec", "no RenderSession");
        return List.copyOf(f.found);
    }

    private void pull(PullSource pull) {
        String at = "spec.source.pull";
        for (int i = 0; i < pull.urls().size(); i++) {
            url(pull.urls().get(i), at + ".urls[" + i + "]");
        }
    }

    private void url(PullUrl source, String at) {
        String url = source.url();
        if (url == null) {
            return;
        }
        String scheme = url.substring(0, Math.max(0, url.indexOf(':')));
        boolean takesSecret = !scheme.equals("tcp") && !scheme.equals("udp") && !scheme.equals("file")
                && !scheme.equals("unix");
        refuse(!takesSecret && source.secretRef() != null, at + ".secretRef",
                "for " + scheme,
                "a source without authentication");
    }

    private void refuse(@Nullable Object value, String field, String expected) {
        if (value != null && !Boolean.FALSE.equals(value)) {
            found.add(new NotServed(field, field + ": not served yet (expected: " + expected + ")"));
        }
    }

    private void refuse(boolean isRefused, String field, @Nullable Object value, String expected) {
        if (isRefused) {
            found.add(new NotServed(field, field + ": " + value + " is not served yet (expected: " + expected + ")"));
        }
    }

    private static String mode(MediaPoolSpec.Mode mode) {
        return switch (mode) {
            case LIVE -> "Live";
            case EDGE -> "Edge";
            case STREAM -> "Stream";
            case RENDER -> "Render";
            case TRICKPLAY -> "Trickplay";
            case TRANSCODE -> "Transcode";
        };
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private static boolean isFalse(@Nullable Boolean value) {
        return Boolean.FALSE.equals(value);
    }

    private static boolean filled(@Nullable List<?> list) {
        return list != null && !list.isEmpty();
    }
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** One live stream: where it comes from, how it is kept, who may see it. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("livestream")
@ShortNames("ls")
@Categories("penstock")
@JsonClassDescription("One live stream: where it comes from, how it is kept, who may see it.")
@ValidationRule(value = "size(self.metadata.name) <= 63", message = "metadata.name expected: at most 63 characters")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Live", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Live\")].status")
@AdditionalPrinterColumn(name = "Source", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"SourceConnected\")].reason")
@AdditionalPrinterColumn(name = "Pod", type = Type.STRING, jsonPath = ".status.pod")
@AdditionalPrinterColumn(name = "Viewers", type = Type.INTEGER, jsonPath = ".status.media.viewers")
@AdditionalPrinterColumn(name = "Bitrate", type = Type.INTEGER, jsonPath = ".status.media.bitrate")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Origin", type = Type.STRING, jsonPath = ".status.media.source", priority = 1)
@AdditionalPrinterColumn(name = "Protocol", type = Type.STRING, jsonPath = ".status.media.protocol", priority = 1)
@AdditionalPrinterColumn(name = "Codecs", type = Type.STRING, jsonPath = ".status.media.codecs", priority = 1)
@AdditionalPrinterColumn(name = "Height", type = Type.INTEGER, jsonPath = ".status.media.height", priority = 1)
@AdditionalPrinterColumn(name = "Since", type = Type.DATE, jsonPath = ".status.media.since", priority = 1)
@AdditionalPrinterColumn(name = "Error", type = Type.STRING, jsonPath = ".status.media.lastError", priority = 1)
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.urls.hls", priority = 1)
public final class LiveStream extends CustomResource<LiveStreamSpec, LiveStreamStatus> implements Namespaced {
    @Override
    protected @Nullable LiveStreamSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable LiveStreamStatus initStatus() {
        return null;
    }
}

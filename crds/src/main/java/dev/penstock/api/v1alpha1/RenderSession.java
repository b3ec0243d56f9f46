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

/** A timeline that is rendered while it is played. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("rendersession")
@ShortNames("rsn")
@Categories("penstock")
@JsonClassDescription("A timeline that is rendered while it is played.")
@ValidationRule(value = "size(self.metadata.name) <= 63", message = "metadata.name expected: at most 63 characters")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Phase", type = Type.STRING, jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Pod", type = Type.STRING, jsonPath = ".status.pod")
@AdditionalPrinterColumn(name = "Segments", type = Type.INTEGER, jsonPath = ".status.segments")
@AdditionalPrinterColumn(name = "Rendered", type = Type.INTEGER, jsonPath = ".status.rendered")
@AdditionalPrinterColumn(name = "Expires", type = Type.STRING, jsonPath = ".status.expiresAt")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.urls.hls", priority = 1)
public final class RenderSession extends CustomResource<RenderSessionSpec, RenderSessionStatus> implements Namespaced {
    @Override
    protected @Nullable RenderSessionSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RenderSessionStatus initStatus() {
        return null;
    }
}

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

/** A set of pods that serve media in one or several modes. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("mediapool")
@ShortNames("mp")
@Categories("penstock")
@JsonClassDescription("A set of pods that serve media in one or several modes.")
@ValidationRule(value = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')", message = "metadata.name expected: a DNS label of at most 40 characters that starts with a letter")
@AdditionalPrinterColumn(name = "Modes", type = Type.STRING, jsonPath = ".spec.modes")
@AdditionalPrinterColumn(name = "Desired", type = Type.INTEGER, jsonPath = ".spec.replicas")
@AdditionalPrinterColumn(name = "Pods", type = Type.INTEGER, jsonPath = ".status.replicas")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Streams", type = Type.INTEGER, jsonPath = ".status.streams")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Epoch", type = Type.INTEGER, jsonPath = ".status.ring.epoch", priority = 1)
@AdditionalPrinterColumn(name = "Spool", type = Type.STRING, jsonPath = ".spec.spool.medium", priority = 1)
@AdditionalPrinterColumn(name = "Gateway", type = Type.STRING, jsonPath = ".spec.gatewayRef.name", priority = 1)
public final class MediaPool extends CustomResource<MediaPoolSpec, MediaPoolStatus> implements Namespaced {
    @Override
    protected @Nullable MediaPoolSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MediaPoolStatus initStatus() {
        return null;
    }
}

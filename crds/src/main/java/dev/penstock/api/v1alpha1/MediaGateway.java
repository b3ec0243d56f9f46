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

/** The front door of the pools that name it: one host for all of them. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("mediagateway")
@ShortNames("mgw")
@Categories("penstock")
@JsonClassDescription("The front door of the pools that name it: one host for all of them.")
@ValidationRule(value = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')", message = "metadata.name expected: a DNS label of at most 40 characters that starts with a letter")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Provider", type = Type.STRING, jsonPath = ".spec.provider")
@AdditionalPrinterColumn(name = "Host", type = Type.STRING, jsonPath = ".spec.host")
@AdditionalPrinterColumn(name = "Address", type = Type.STRING, jsonPath = ".status.address")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Pools", type = Type.STRING, jsonPath = ".status.pools", priority = 1)
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.url", priority = 1)
public final class MediaGateway extends CustomResource<MediaGatewaySpec, MediaGatewayStatus> implements Namespaced {
    @Override
    protected @Nullable MediaGatewaySpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MediaGatewayStatus initStatus() {
        return null;
    }
}

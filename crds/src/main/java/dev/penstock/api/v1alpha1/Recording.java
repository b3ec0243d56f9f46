package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A recording of one stream, or of each stream that matches, into an object store. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("recording")
@ShortNames("rec")
@Categories("penstock")
@JsonClassDescription("A recording of one stream, or of each stream that matches, into an object store.")
@AdditionalPrinterColumn(name = "Stream", type = Type.STRING, jsonPath = ".spec.streamRef.name")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Phase", type = Type.STRING, jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Duration", type = Type.STRING, jsonPath = ".status.session.duration")
@AdditionalPrinterColumn(name = "Segments", type = Type.INTEGER, jsonPath = ".status.session.segments")
@AdditionalPrinterColumn(name = "Bytes", type = Type.INTEGER, jsonPath = ".status.session.bytes")
@AdditionalPrinterColumn(name = "Gaps", type = Type.INTEGER, jsonPath = ".status.session.gaps")
@AdditionalPrinterColumn(name = "Lag", type = Type.STRING, jsonPath = ".status.session.uploadLag")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Store", type = Type.STRING, jsonPath = ".spec.storeRef.name", priority = 1)
@AdditionalPrinterColumn(name = "Session", type = Type.STRING, jsonPath = ".status.session.id", priority = 1)
@AdditionalPrinterColumn(name = "Matched", type = Type.INTEGER, jsonPath = ".status.streams.matched", priority = 1)
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.session.urls.hls", priority = 1)
public final class Recording extends CustomResource<RecordingSpec, RecordingStatus> implements Namespaced {
    @Override
    protected @Nullable RecordingSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RecordingStatus initStatus() {
        return null;
    }
}

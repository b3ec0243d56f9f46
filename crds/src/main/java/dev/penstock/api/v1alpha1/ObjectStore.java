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

/** A place for recordings and files: a bucket or a folder. */
@Group("penstock.dev")
@Version("v1alpha1")
@Singular("objectstore")
@ShortNames("ostore")
@Categories("penstock")
@JsonClassDescription("A place for recordings and files: a bucket or a folder.")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Writable", type = Type.BOOLEAN, jsonPath = ".status.writable")
@AdditionalPrinterColumn(name = "Bucket", type = Type.STRING, jsonPath = ".spec.s3.bucket")
@AdditionalPrinterColumn(name = "Folder", type = Type.STRING, jsonPath = ".spec.file.path")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Endpoint", type = Type.STRING, jsonPath = ".spec.s3.endpoint", priority = 1)
@AdditionalPrinterColumn(name = "Checked", type = Type.DATE, jsonPath = ".status.checkedAt", priority = 1)
@AdditionalPrinterColumn(name = "Message", type = Type.STRING, jsonPath = ".status.message", priority = 1)
public final class ObjectStore extends CustomResource<ObjectStoreSpec, ObjectStoreStatus> implements Namespaced {
    @Override
    protected @Nullable ObjectStoreSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ObjectStoreStatus initStatus() {
        return null;
    }
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Patterns;

/** Where a pod keeps segments. Of what kind it is cannot be changed while the pool runs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self.medium == oldSelf.medium", message = "expected: unchanged; the volumes of a running pool cannot be swapped, make another pool", fieldPath = ".medium")
@ValidationRule(value = "has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)", message = "expected: unchanged; the volumes of a running pool cannot be swapped, make another pool", fieldPath = ".storageClassName")
@ValidationRule(value = "self.medium != 'Claim' || self.size == oldSelf.size", message = "expected: unchanged with medium Claim; the volumes of a running pool cannot be swapped, make another pool", fieldPath = ".size")
@ValidationRule(value = "!has(self.storageClassName) || self.medium == 'Claim'", message = "expected: storageClassName only with medium Claim", fieldPath = ".storageClassName")
public record Spool(
        @Default("Disk") @JsonPropertyDescription("Disk: the node's disk (emptyDir), lost with the pod. Memory: the node's memory, counted to the container. Claim: a PersistentVolumeClaim per pod, kept. Cannot be changed. Default Disk.") Medium medium,
        @Default("10Gi") @Size(max = 32) @Pattern(Patterns.QUANTITY) @JsonPropertyDescription("Size per pod in bytes, a quantity such as 10Gi. With Claim it cannot be changed. Default 10Gi.") String size,
        @Size(min = 1, max = 253) @Pattern(Patterns.NAME) @JsonPropertyDescription("StorageClass of the claims; only with medium Claim. Cannot be changed. Default: the cluster's default class.") @Nullable String storageClassName) {

    /** What a spool lies on. */
    public enum Medium {
        /** The node's disk. */
        @JsonProperty("Disk")
        DISK,
        /** The node's memory. */
        @JsonProperty("Memory")
        MEMORY,
        /** A PersistentVolumeClaim per pod. */
        @JsonProperty("Claim")
        CLAIM
    }
}

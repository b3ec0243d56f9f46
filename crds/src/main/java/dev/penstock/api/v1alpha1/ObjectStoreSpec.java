package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** Where objects are kept. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.s3) != has(self.file)", message = "expected: exactly one of s3 and file")
public record ObjectStoreSpec(
        @JsonPropertyDescription("A bucket of S3, or of a store that speaks its protocol. Exactly one of s3 and file.") @Nullable S3 s3,
        @JsonPropertyDescription("A folder. On Kubernetes the pool must permit it. Exactly one of s3 and file.") @Nullable File file) {

    /** A bucket. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record S3(
            @Size(min = 1, max = 2048) @Pattern(Patterns.HTTP_URL) @JsonPropertyDescription("http or https URL of the store, without user, password and bucket. Default: Amazon's for the region.") @Nullable String endpoint,
            @Default("us-east-1") @Size(min = 1, max = 64) @Pattern("^[a-z0-9-]+$") @JsonPropertyDescription("Region. Default us-east-1.") String region,
            @Required @Size(min = 3, max = 63) @Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$") @JsonPropertyDescription("Bucket, 3 to 63 characters; it must exist.") String bucket,
            @Size(max = 512) @Pattern("^[^/.\\s]([^\\s]*[^/\\s])?$") @JsonPropertyDescription("Prefix of all keys, without slash at start and end. Default: none.") @Nullable String prefix,
            @Default("false") @JsonPropertyDescription("Put the bucket into the path rather than into the host name, as most stores that are not Amazon's want. Default false.") Boolean pathStyle,
            @JsonPropertyDescription("Secret with the keys accessKeyId and secretAccessKey, and sessionToken if needed. Default: the credentials that the pod itself has.") @Nullable NameRef secretRef) {}

    /** A folder. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record File(
            @Required @Size(min = 1, max = 1024) @JsonPropertyDescription("The folder; made when it is not there. Without Kubernetes it may be relative to the data folder.") String path) {}
}

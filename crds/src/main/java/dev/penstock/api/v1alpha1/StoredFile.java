package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** A file in an object store. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredFile(
        @Required @JsonPropertyDescription("ObjectStore that holds the file.") NameRef storeRef,
        @Required @Size(min = 1, max = 1024) @Pattern(Patterns.OBJECT_PATH) @JsonPropertyDescription("Path of the file below the store's prefix or folder, without a leading slash.") String path) {}

package dev.penstock.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A reference to an object of the same namespace by its name; the field it stands in says of which kind. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NameRef(
        @Required @Pattern(Patterns.NAME) @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the object, in the same namespace.") String name) {}

package dev.penstock.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A reference to a MediaPool, which may lie in another namespace if it allows that. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolRef(
        @Required @Pattern(Patterns.NAME) @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the MediaPool.") String name,
        @Pattern(Patterns.LABEL) @Size(min = 1, max = 63) @JsonPropertyDescription("Its namespace; the pool must name this one in allowedNamespaces. Default: the same namespace.") @Nullable String namespace) {}

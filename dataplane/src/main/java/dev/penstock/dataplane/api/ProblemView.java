package dev.penstock.dataplane.api;

import org.jspecify.annotations.Nullable;

/**
 * Something that was refused.
 *
 * @param file where it was read, or null when it did not come from a file
 * @param resource kind, namespace and name, such as {@code LiveStream default/lobby}; null when that is not readable
 * @param field path of the field, or null when the whole is meant
 * @param value the offending value, shortened, free of secrets; null when it is missing
 * @param expected what was expected
 */
public record ProblemView(@Nullable String file, @Nullable String resource, @Nullable String field,
        @Nullable String value, String expected) {}

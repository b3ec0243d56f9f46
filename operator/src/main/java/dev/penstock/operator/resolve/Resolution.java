package dev.penstock.operator.resolve;

import java.util.Optional;

import dev.penstock.api.Reasons;

/**
 * What became of a reference.
 *
 * @param <T> kind of the object
 */
public sealed interface Resolution<T> {
    /** The object is there and fits. */
    record Found<T>(T object) implements Resolution<T> {}

    /** The object is not there yet; an event comes when it is. */
    record Missing<T>(Reasons reason, String message) implements Resolution<T> {}

    /** The reference cannot be followed until somebody changes something. */
    record Refused<T>(Reasons reason, String message) implements Resolution<T> {}

    /** The object, if it was found. */
    default Optional<T> found() {
        return this instanceof Found<T>(T object) ? Optional.of(object) : Optional.empty();
    }

    /**
     * Follows a reference by name.
     *
     * @param field path of the field, for the message
     * @param name name that the field holds
     * @param object the object of that name, if it is there
     * @param missing reason when there is none of that name
     */
    static <T> Resolution<T> byName(String field, String name, Optional<T> object, Reasons missing) {
        return object.<Resolution<T>>map(Found::new)
                .orElseGet(
                        () -> new Missing<>(missing, field + ": " + name + " (expected: it exists in this namespace)"));
    }
}

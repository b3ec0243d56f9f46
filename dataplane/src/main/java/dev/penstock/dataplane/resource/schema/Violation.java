package dev.penstock.dataplane.resource.schema;

import org.jspecify.annotations.Nullable;

/**
 * One reason why a resource is refused.
 *
 * @param kind what sort of reason, in the API server's terms
 * @param field path of the field, such as {@code spec.source.pull.urls[0].url}
 * @param value the scalar found there, or null when there is none worth showing
 * @param detail what was expected, in words
 */
public record Violation(Kind kind, String field, @Nullable Object value, String detail) {
    /** Sorts of reasons, as in {@code k8s.io/apimachinery/pkg/util/validation/field}, and the strict decoder's unknown field. */
    public enum Kind {
        /** The field is not in the schema. */
        UNKNOWN_FIELD,
        /** The field must be there. */
        REQUIRED,
        /** Another element has the same value or key. */
        DUPLICATE,
        /** A constraint or a rule is broken. */
        INVALID,
        /** The value has another type. */
        TYPE_INVALID,
        /** The value is not in the enumeration. */
        NOT_SUPPORTED,
        /** The text is too long. */
        TOO_LONG,
        /** The list or map has too many elements. */
        TOO_MANY,
        /** The value may not be set. */
        FORBIDDEN;

        /** Whether rules are not run while a violation of this kind is there, as in the API server. */
        boolean blocksRules() {
            return this == NOT_SUPPORTED || this == REQUIRED || this == TOO_LONG || this == TOO_MANY
                    || this == TYPE_INVALID;
        }
    }
}

package dev.penstock.dataplane.resource.schema;

import java.util.List;
import java.util.Map;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node of a structural schema, ready to judge values. Values are what {@link YamlReader} makes: maps, lists, strings, longs,
 * doubles, booleans, null.
 *
 * @param type {@code object}, {@code array}, {@code string}, {@code integer}, {@code number}, {@code boolean}, or empty
 * @param nullable whether null stays
 * @param intOrString whether integers and strings are accepted
 * @param preserveUnknown whether fields that are not declared stay
 * @param embedded whether this is a resource inside a resource
 * @param properties declared fields
 * @param additional schema of undeclared fields (a map), or null
 * @param anyAdditional whether undeclared fields of any shape are accepted
 * @param items schema of elements, or null
 * @param listType {@code atomic}, {@code set}, {@code map}, or empty
 * @param listKeys keys of a {@code map} list
 * @param defaultValue what a missing field becomes, or null
 * @param limits constraints on the value
 * @param rules CEL rules on the value
 */
record Schema(String type, boolean nullable, boolean intOrString, boolean preserveUnknown, boolean embedded,
        Map<String, Schema> properties,
        @Nullable Schema additional, boolean anyAdditional, @Nullable Schema items, String listType,
        List<String> listKeys,
        @Nullable Object defaultValue, Limits limits, List<CelRule> rules) {

    /**
     * Constraints on a value; what is null or empty does not constrain.
     *
     * @param required fields that must be there
     * @param values the enumeration
     * @param pattern what a string must contain a match of (RE2 syntax, as in the API server)
     * @param format numeric or text format, or empty
     */
    record Limits(List<String> required, List<Object> values, @Nullable Pattern pattern, String format,
            @Nullable Double minimum,
            boolean exclusiveMinimum, @Nullable Double maximum, boolean exclusiveMaximum, @Nullable Double multipleOf,
            @Nullable Long minLength, @Nullable Long maxLength, @Nullable Long minItems, @Nullable Long maxItems,
            @Nullable Long minProperties, @Nullable Long maxProperties, List<Schema> allOf, List<Schema> anyOf,
            List<Schema> oneOf,
            @Nullable Schema not) {}

    /** The schema of a field of a map or object, or null when the field is not described. */
    @Nullable
    Schema field(String name) {
        Schema declared = properties.get(name);
        return declared != null ? declared : additional;
    }

    /** A copy with another set of declared fields. */
    Schema withProperties(Map<String, Schema> other) {
        return new Schema(type, nullable, intOrString, preserveUnknown, embedded, other, additional, anyAdditional,
                items, listType,
                listKeys, defaultValue, limits, rules);
    }
}

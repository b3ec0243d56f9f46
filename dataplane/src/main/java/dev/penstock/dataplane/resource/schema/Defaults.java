package dev.penstock.dataplane.resource.schema;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Structural defaulting: a missing field with a default gets it, and so does a null that may not be null; then the same inside,
 * so a parent that defaults to an empty object gets its children's defaults. A null without default that may not be null is
 * dropped before.
 */
final class Defaults {
    private Defaults() {}

    /** Drops nulls of fields that are neither nullable nor defaulted. */
    static void dropNulls(@Nullable Object value, @Nullable Schema schema) {
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            map.entrySet()
                    .removeIf(e -> e.getValue() == null && droppable(schema == null ? null : schema.field(e.getKey())));
            map.forEach((name, child) -> dropNulls(child, schema == null ? null : schema.field(name)));
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null) {
            list.forEach(item -> dropNulls(item, schema == null ? null : schema.items()));
        }
    }

    private static boolean droppable(@Nullable Schema schema) {
        return schema != null && !schema.nullable() && schema.defaultValue() == null;
    }

    /** Fills in defaults, in place. */
    static void apply(@Nullable Object value, @Nullable Schema schema) {
        if (schema == null) {
            return;
        }
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            schema.properties().forEach((name, property) -> {
                if (property.defaultValue() != null
                        && (map.get(name) == null && !(map.containsKey(name) && property.nullable()))) {
                    map.put(name, Values.normal(property.defaultValue()));
                }
            });
            map.replaceAll((name, child) -> {
                boolean undeclared = !schema.properties().containsKey(name);
                return child == null && undeclared ? defaultOf(schema.additional()) : child;
            });
            map.forEach((name, child) -> apply(child, schema.field(name)));
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null) {
            list.replaceAll(item -> item == null ? defaultOf(schema.items()) : item);
            list.forEach(item -> apply(item, schema.items()));
        }
    }

    private static @Nullable Object defaultOf(@Nullable Schema schema) {
        return schema == null || schema.nullable() ? null : Values.normal(schema.defaultValue());
    }
}

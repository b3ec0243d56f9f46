package dev.penstock.dataplane.resource.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Judges a value by the constraints of its schema: type, enumeration, pattern, limits, required fields, unique elements. */
final class Constraints {
    private final List<Violation> out;

    private Constraints(List<Violation> out) {
        this.out = out;
    }

    /** Adds a violation for each constraint that the value breaks. */
    static void check(@Nullable Object value, Schema schema, String path, List<Violation> out) {
        new Constraints(out).check(value, schema, path);
    }

    private void check(@Nullable Object value, Schema schema, String path) {
        Schema.Limits limits = schema.limits();
        checkType(value, schema, path);
        if (!limits.values().isEmpty() && limits.values().stream().noneMatch(allowed -> same(allowed, value))) {
            String allowed = limits.values().stream().map(Constraints::quoted).collect(Collectors.joining(", "));
            add(Violation.Kind.NOT_SUPPORTED, path, value, "expected: one of " + allowed);
        }
        checkAlternatives(value, limits, path);
        switch (value) {
            case String text -> TextLimits.check(text, limits, path, out);
            case Long number -> NumberLimits.check(number, limits, path, out);
            case Double number -> NumberLimits.check(number, limits, path, out);
            case null, default -> {
            }
        }
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            checkMap(map, schema, path);
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null) {
            checkList(list, schema, path);
        }
    }

    private void checkType(@Nullable Object value, Schema schema, String path) {
        String expected = schema.intOrString() ? "integer or string" : schema.type();
        if (expected.isEmpty() || (value == null && schema.nullable())) {
            return;
        }
        boolean fits = switch (value) {
            case null -> false;
            case String text -> schema.intOrString() || schema.type().equals("string");
            case Long number ->
                schema.intOrString() || schema.type().equals("integer") || schema.type().equals("number");
            case Double number -> schema.type().equals("number");
            case Boolean truth -> schema.type().equals("boolean");
            case List<?> list -> schema.type().equals("array");
            default -> schema.type().equals("object");
        };
        if (!fits) {
            add(Violation.Kind.TYPE_INVALID, path, value, "expected: " + expected + ", not " + typeOf(value));
        }
    }

    private void checkMap(Map<String, @Nullable Object> map, Schema schema, String path) {
        Schema.Limits limits = schema.limits();
        for (String required : limits.required()) {
            if (!map.containsKey(required)) {
                add(Violation.Kind.REQUIRED, Values.child(path, required), null, "expected: a value");
            }
        }
        if (limits.minProperties() != null && map.size() < limits.minProperties()) {
            add(Violation.Kind.INVALID, path, null, "expected: at least " + limits.minProperties() + " entries");
        }
        if (limits.maxProperties() != null && map.size() > limits.maxProperties()) {
            add(Violation.Kind.TOO_MANY, path, null, "expected: at most " + limits.maxProperties() + " entries");
        }
        map.forEach((name, child) -> {
            Schema field = schema.field(name);
            if (field != null) {
                check(child, field, Values.child(path, name));
            }
        });
    }

    private void checkList(List<@Nullable Object> list, Schema schema, String path) {
        Schema.Limits limits = schema.limits();
        if (limits.minItems() != null && list.size() < limits.minItems()) {
            add(Violation.Kind.INVALID, path, null, "expected: at least " + limits.minItems() + " elements");
        }
        if (limits.maxItems() != null && list.size() > limits.maxItems()) {
            add(Violation.Kind.TOO_MANY, path, null, "expected: at most " + limits.maxItems() + " elements");
        }
        if (schema.items() != null) {
            for (int i = 0; i < list.size(); i++) {
                check(list.get(i), schema.items(), Values.index(path, i));
            }
        }
        switch (schema.listType()) {
            case "set" -> checkUnique(list, path);
            case "map" -> checkUnique(list.stream().map(item -> keysOf(item, schema.listKeys())).toList(), path);
            default -> {
            }
        }
    }

    private void checkUnique(List<? extends @Nullable Object> elements, String path) {
        Set<@Nullable Object> seen = new HashSet<>();
        for (int i = 0; i < elements.size(); i++) {
            if (!seen.add(elements.get(i))) {
                add(Violation.Kind.DUPLICATE, Values.index(path, i), elements.get(i), "expected: no element twice");
            }
        }
    }

    private static Object keysOf(@Nullable Object item, List<String> keys) {
        Map<String, @Nullable Object> map = Values.map(item);
        return keys.stream().map(key -> key + "=" + (map == null ? "" : map.getOrDefault(key, "")))
                .collect(Collectors.joining(","));
    }

    private void checkAlternatives(@Nullable Object value, Schema.Limits limits, String path) {
        limits.allOf().forEach(schema -> check(value, schema, path));
        if (!limits.anyOf().isEmpty() && limits.anyOf().stream().noneMatch(schema -> fits(value, schema, path))) {
            add(Violation.Kind.INVALID, path, value,
                    "expected: to fit at least one of " + limits.anyOf().size() + " schemas");
        }
        if (!limits.oneOf().isEmpty()
                && limits.oneOf().stream().filter(schema -> fits(value, schema, path)).count() != 1) {
            add(Violation.Kind.INVALID, path, value,
                    "expected: to fit exactly one of " + limits.oneOf().size() + " schemas");
        }
        if (limits.not() != null && fits(value, limits.not(), path)) {
            add(Violation.Kind.INVALID, path, value, "expected: not to fit the forbidden schema");
        }
    }

    private static boolean fits(@Nullable Object value, Schema schema, String path) {
        List<Violation> found = new ArrayList<>();
        check(value, schema, path, found);
        return found.isEmpty();
    }

    private static boolean same(Object allowed, @Nullable Object value) {
        return (allowed instanceof Number a && value instanceof Number b)
                ? a.doubleValue() == b.doubleValue()
                : allowed.equals(value);
    }

    private static String quoted(Object value) {
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    private static String typeOf(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> "string";
            case Long number -> "integer";
            case Double number -> "number";
            case Boolean truth -> "boolean";
            case List<?> list -> "array";
            default -> "object";
        };
    }

    private void add(Violation.Kind kind, String path, @Nullable Object value, String detail) {
        out.add(new Violation(kind, path, value instanceof Map || value instanceof List ? null : value, detail));
    }
}

package dev.penstock.dataplane.resource.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import org.jspecify.annotations.Nullable;

/** Runs the CEL rules of a schema over a value and all below it. */
final class CelChecks {
    private final Object root;
    private final List<Violation> out;

    private CelChecks(Object root, List<Violation> out) {
        this.root = root;
        this.out = out;
    }

    /**
     * Adds a violation for each rule that does not hold.
     *
     * @param value a whole resource
     * @param old the resource before, or null when it is new
     */
    static void check(Object value, @Nullable Object old, Schema schema, List<Violation> out) {
        new CelChecks(value, out).check(value, old, schema, "", true);
    }

    private void check(@Nullable Object value, @Nullable Object old, Schema schema, String path, boolean resource) {
        if (value == null) {
            return;
        }
        run(schema.rules(), value, old, schema, path, resource);
        for (Schema part : schema.limits().allOf()) {
            run(part.rules(), value, old, schema, path, resource);
        }
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            Map<String, @Nullable Object> oldMap = Values.map(old);
            map.forEach((name, child) -> {
                Schema field = schema.field(name);
                if (field != null) {
                    String at = schema.properties().containsKey(name)
                            ? Values.child(path, name)
                            : Values.key(path, name);
                    check(child, oldMap == null ? null : oldMap.get(name), field, at, field.embedded());
                }
            });
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null && schema.items() != null) {
            for (int i = 0; i < list.size(); i++) {
                check(list.get(i), sameElement(list.get(i), old, schema), schema.items(), Values.index(path, i), false);
            }
        }
    }

    /** Only elements of a map list have a counterpart. */
    private static @Nullable Object sameElement(@Nullable Object element, @Nullable Object old, Schema schema) {
        List<@Nullable Object> before = Values.list(old);
        Map<String, @Nullable Object> map = Values.map(element);
        if (before == null || map == null || !schema.listType().equals("map")) {
            return null;
        }
        for (Object candidate : before) {
            Map<String, @Nullable Object> other = Values.map(candidate);
            if (other != null
                    && schema.listKeys().stream().allMatch(key -> Objects.equals(map.get(key), other.get(key)))) {
                return candidate;
            }
        }
        return null;
    }

    private void run(List<CelRule> rules, Object value, @Nullable Object old, Schema schema, String path,
            boolean resource) {
        if (rules.isEmpty()) {
            return;
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put("self", CelValues.of(value, schema, resource));
        if (old != null) {
            variables.put("oldSelf", CelValues.of(old, schema, resource));
        }
        for (CelRule rule : rules) {
            if (old != null || !rule.compiled().transition()) {
                run(rule, variables, path);
            }
        }
    }

    private void run(CelRule rule, Map<String, Object> variables, String path) {
        try {
            if (!Boolean.TRUE.equals(rule.compiled().program().eval(variables))) {
                String field = rule.fieldPath().isEmpty() ? path : Values.child(path, rule.fieldPath());
                out.add(new Violation(rule.kind(), field, Values.scalarAt(root, field), message(rule, variables)));
            }
        } catch (CelEvaluationException e) {
            out.add(new Violation(Violation.Kind.INVALID, path, Values.scalarAt(root, path),
                    "rule cannot be evaluated: " + rule.source() + ": " + e.getMessage()));
        }
    }

    private static String message(CelRule rule, Map<String, Object> variables) {
        CelRuntime.Program expression = rule.compiled().messageProgram();
        if (expression == null) {
            return rule.message();
        }
        try {
            return expression.eval(variables) instanceof String text && !text.isBlank() ? text : rule.message();
        } catch (CelEvaluationException e) {
            return rule.message();
        }
    }
}

package dev.penstock.dataplane.resource.schema;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/** Finds fields that the schema does not know, as strict field validation does. */
final class UnknownFields {
    /** More names than this do not help the reader. */
    private static final int NAMES = 24;

    private UnknownFields() {}

    /**
     * Adds a violation for each field that is not declared.
     *
     * @param root whether the value is a resource, whose {@code apiVersion}, {@code kind} and {@code metadata} are judged elsewhere
     */
    static void find(@Nullable Object value, Schema schema, String path, boolean root, List<Violation> out) {
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            for (Map.Entry<String, @Nullable Object> entry : map.entrySet()) {
                String name = entry.getKey();
                if (root && (name.equals("apiVersion") || name.equals("kind") || name.equals("metadata"))) {
                    continue;
                }
                Schema child = schema.field(name);
                if (child != null) {
                    find(entry.getValue(), child, Values.child(path, name), child.embedded(), out);
                } else if (!schema.preserveUnknown() && !schema.anyAdditional()) {
                    out.add(new Violation(Violation.Kind.UNKNOWN_FIELD, Values.child(path, name), null,
                            "unknown field" + known(schema)));
                }
            }
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null && schema.items() != null) {
            for (int i = 0; i < list.size(); i++) {
                find(list.get(i), schema.items(), Values.index(path, i), schema.items().embedded(), out);
            }
        }
    }

    private static String known(Schema schema) {
        int count = schema.properties().size();
        return count == 0 || count > NAMES
                ? ""
                : " (expected: one of " + String.join(", ", new TreeSet<>(schema.properties().keySet())) + ")";
    }
}

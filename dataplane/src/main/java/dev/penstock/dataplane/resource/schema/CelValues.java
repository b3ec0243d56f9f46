package dev.penstock.dataplane.resource.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cel.common.values.NullValue;
import org.jspecify.annotations.Nullable;

/**
 * What rules see of a resource: declared fields only, under escaped names, numbers as the schema types them, of the metadata
 * only {@code name} and {@code generateName}. Equality of {@code set} and {@code map} lists minds the order here.
 */
final class CelValues {
    private static final Set<String> RESERVED = Set.of("true", "false", "null", "in", "as", "break", "const",
            "continue", "else", "for",
            "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while");
    private static final Set<String> VISIBLE_METADATA = Set.of("name", "generateName");

    private CelValues() {}

    /** The value for a rule's variable. */
    static Object of(@Nullable Object value, Schema schema, boolean resource) {
        Map<String, @Nullable Object> map = Values.map(value);
        if (map != null) {
            return ofMap(map, schema, resource);
        }
        List<@Nullable Object> list = Values.list(value);
        if (list != null) {
            Schema items = schema.items();
            return items == null ? List.of() : list.stream().map(item -> of(item, items, items.embedded())).toList();
        }
        return switch (value) {
            case null -> NullValue.NULL_VALUE;
            case Long number when schema.type().equals("number") -> number.doubleValue();
            default -> value;
        };
    }

    private static Map<String, Object> ofMap(Map<String, @Nullable Object> map, Schema schema, boolean resource) {
        Map<String, Object> out = new LinkedHashMap<>();
        map.forEach((name, child) -> {
            Schema field = schema.properties().get(name);
            if (resource && name.equals("metadata")) {
                out.put(name, metadata(Values.map(child)));
            } else if (resource && child != null && (name.equals("apiVersion") || name.equals("kind"))) {
                out.put(name, child);
            } else if (field != null) {
                String escaped = escape(name);
                if (escaped != null) {
                    out.put(escaped, of(child, field, field.embedded()));
                }
                if (RESERVED.contains(name)) {
                    // Kubernetes takes a keyword as it is, too.
                    out.put(name, of(child, field, field.embedded()));
                }
            } else if (schema.additional() != null) {
                out.put(name, of(child, schema.additional(), schema.additional().embedded()));
            }
        });
        return out;
    }

    private static Map<String, Object> metadata(@Nullable Map<String, @Nullable Object> metadata) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (String name : VISIBLE_METADATA) {
            if (metadata != null && metadata.get(name) instanceof String text) {
                out.put(name, text);
            }
        }
        return out;
    }

    /** The CEL identifier of a field, or null when it has none and rules cannot see it. */
    static @Nullable String escape(String name) {
        if (!name.matches("[a-zA-Z_./-][a-zA-Z0-9_./-]*")) {
            return null;
        }
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__").replace(".", "__dot__").replace("-", "__dash__").replace("/",
                "__slash__");
    }
}

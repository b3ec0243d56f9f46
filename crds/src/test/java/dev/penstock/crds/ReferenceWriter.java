package dev.penstock.crds;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;

import dev.penstock.api.Patterns;

/** Makes the reference page of the resources from their CRDs. */
final class ReferenceWriter {
    private static final String HEAD = """
            <!-- Generated from the types in crds/src/main/java/dev/penstock/api; edit those and run
                 ./mvnw -pl crds test -Dgolden.update -->

            # Resources

            All resources are of `apiVersion: penstock.dev/v1alpha1` and live in a namespace. `kubectl get penstock` lists
            them all, `kubectl explain livestream.spec` shows the same text as this page. Without Kubernetes the same
            files are read from a directory and judged by the same rules.

            What this version does not do yet is refused with a clear reason; [status.md](status.md) lists it.

            - A *duration* is a number with a unit, or several: `500ms`, `2s`, `1h30m`. Units are `h`, `m`, `s` and `ms`.
            - A *quantity* is a number with an optional suffix: `2500k`, `10Gi`. Suffixes are `k`, `M`, `G`, `T` (powers of
              1000) and `Ki`, `Mi`, `Gi`, `Ti` (powers of 1024).
            - A *name* is a DNS subdomain: lower case letters, digits, `-` and `.`.
            - `[]` in a field's path stands for each item of a list.

            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    private ReferenceWriter() {}

    /** The page, in Markdown. */
    static String write(List<CustomResourceDefinition> crds) {
        ReferenceWriter writer = new ReferenceWriter();
        crds.forEach(writer::kind);
        return writer.page.toString().stripTrailing() + "\n";
    }

    private void kind(CustomResourceDefinition crd) {
        JSONSchemaProps root = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        page.append("## ").append(crd.getSpec().getNames().getKind()).append("\n\n").append(root.getDescription())
                .append(" Short name: `").append(String.join("`, `", crd.getSpec().getNames().getShortNames()))
                .append("`.\n\n");
        fields("Spec", "spec", root.getProperties().get("spec"));
        rules(root);
        fields("Status", "status", root.getProperties().get("status"));
        columns(crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns());
    }

    private void fields(String title, String path, JSONSchemaProps schema) {
        page.append("### ").append(title)
                .append("\n\n| field | type | default | constraints | description |\n|---|---|---|---|---|\n");
        children(path, schema);
        page.append('\n');
    }

    private void children(String path, JSONSchemaProps schema) {
        if (schema.getProperties() == null) {
            return;
        }
        List<String> required = schema.getRequired() == null ? List.of() : schema.getRequired();
        for (Map.Entry<String, JSONSchemaProps> property : schema.getProperties().entrySet()) {
            String child = path + "." + property.getKey();
            field(child, property.getValue(), required.contains(property.getKey()));
            children(child, property.getValue());
            if (property.getValue().getItems() != null) {
                children(child + "[]", property.getValue().getItems().getSchema());
            }
        }
    }

    private void field(String path, JSONSchemaProps schema, boolean required) {
        List<String> constraints = new ArrayList<>();
        if (required) {
            constraints.add("required");
        }
        constraints(schema, constraints);
        page.append("| `").append(path).append("` | ").append(type(schema)).append(" | ").append(defaultOf(schema))
                .append(" | ").append(cell(String.join(", ", constraints))).append(" | ")
                .append(cell(schema.getDescription())).append(" |\n");
    }

    private static String type(JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            return "list of " + type(schema.getItems().getSchema());
        }
        if (schema.getAdditionalProperties() != null) {
            return "map of " + type(schema.getAdditionalProperties().getSchema());
        }
        if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
            return schema.getEnum().stream().map(word -> "`" + word.asText() + "`").collect(Collectors.joining(", "));
        }
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            return "quantity";
        }
        return switch (schema.getPattern()) {
            case Patterns.DURATION -> "duration";
            case Patterns.QUANTITY -> "quantity";
            case Patterns.NAME -> "name";
            case null, default -> schema.getType();
        };
    }

    private static String defaultOf(JSONSchemaProps schema) {
        JsonNode value = schema.getDefault();
        return value == null || value.isObject() ? "" : "`" + value.asText() + "`";
    }

    private static void constraints(JSONSchemaProps schema, List<String> out) {
        range(schema.getMinimum(), schema.getMaximum(), "", out);
        range(schema.getMinItems(), schema.getMaxItems(), " items", out);
        if (schema.getXKubernetesListMapKeys() != null && !schema.getXKubernetesListMapKeys().isEmpty()) {
            out.add("one per `" + String.join("`, `", schema.getXKubernetesListMapKeys()) + "`");
        } else if ("set".equals(schema.getXKubernetesListType())) {
            out.add("no item twice");
        }
        JSONSchemaProps text = schema.getItems() == null ? schema : schema.getItems().getSchema();
        String form = text.getPattern();
        boolean plain = form == null || form.equals(Patterns.DURATION) || form.equals(Patterns.QUANTITY)
                || form.equals(Patterns.NAME);
        if (!plain) {
            out.add("matches `" + form + "`");
        }
        if (plain && form == null) {
            range(text.getMinLength(), text.getMaxLength(), " characters", out);
        }
    }

    private static void range(Number min, Number max, String unit, List<String> out) {
        if (min != null && max != null) {
            out.add(min.longValue() + " to " + max.longValue() + unit);
        } else if (min != null) {
            out.add("at least " + min.longValue() + unit);
        } else if (max != null) {
            out.add("at most " + max.longValue() + unit);
        }
    }

    private void rules(JSONSchemaProps root) {
        List<String> rules = new ArrayList<>();
        collect("", root, rules);
        if (!rules.isEmpty()) {
            page.append("### Rules\n\n| field | message when it is refused |\n|---|---|\n");
            rules.forEach(page::append);
            page.append('\n');
        }
    }

    private static void collect(String path, JSONSchemaProps schema, List<String> out) {
        if (schema.getXKubernetesValidations() != null) {
            for (ValidationRule rule : schema.getXKubernetesValidations()) {
                String field = path + (rule.getFieldPath() == null ? "" : rule.getFieldPath());
                out.add("| " + (field.isEmpty() ? "" : "`" + field + "`") + " | " + cell(rule.getMessage()) + " |\n");
            }
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach(
                    (name, property) -> collect(path.isEmpty() ? name : path + "." + name, property, out));
        }
        if (schema.getItems() != null) {
            collect(path + "[]", schema.getItems().getSchema(), out);
        }
    }

    private void columns(List<CustomResourceColumnDefinition> columns) {
        page.append("`kubectl get` shows ").append(names(columns, false)).append("; with `-o wide` also ")
                .append(names(columns, true)).append(".\n\n");
    }

    private static String names(List<CustomResourceColumnDefinition> columns, boolean wide) {
        return columns.stream().filter(column -> wide == (column.getPriority() != null))
                .map(column -> column.getName() + " (`" + column.getJsonPath() + "`)")
                .collect(Collectors.joining(", "));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

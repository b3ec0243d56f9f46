package dev.penstock.dataplane.resource.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import org.jspecify.annotations.Nullable;

/** Turns the schema of a CustomResourceDefinition into {@link Schema}; refuses what this package does not judge. */
final class SchemaReader {
    /** Formats that {@link Constraints} checks; {@code double} and {@code int64} cannot fail once the type is right. */
    private static final Set<String> FORMATS = Set.of("", "int32", "int64", "double", "date-time", "byte");

    private final ObjectMapper mapper = new ObjectMapper().configure(DeserializationFeature.USE_LONG_FOR_INTS, true);
    private final CelCompiler cel;

    SchemaReader(CelCompiler cel) {
        this.cel = cel;
    }

    /**
     * Reads a schema and all below it.
     *
     * @throws IllegalArgumentException when it uses a construct that is not supported here
     */
    Schema read(JSONSchemaProps in) {
        if ((in.getPatternProperties() != null && !in.getPatternProperties().isEmpty()) || in.get$ref() != null) {
            throw new IllegalArgumentException("patternProperties and $ref are not supported in a CRD schema");
        }
        Map<String, Schema> properties = new LinkedHashMap<>();
        if (in.getProperties() != null) {
            in.getProperties().forEach((name, schema) -> properties.put(name, read(schema)));
        }
        JSONSchemaProps additional = in.getAdditionalProperties() == null
                ? null
                : in.getAdditionalProperties().getSchema();
        boolean anyAdditional = in.getAdditionalProperties() != null
                && Boolean.TRUE.equals(in.getAdditionalProperties().getAllows());
        JSONSchemaProps items = in.getItems() == null ? null : in.getItems().getSchema();
        List<CelRule> rules = in.getXKubernetesValidations() == null
                ? List.of()
                : in.getXKubernetesValidations().stream().map(rule -> new CelRule(rule, cel)).toList();
        return new Schema(text(in.getType()), isTrue(in.getNullable()), isTrue(in.getXKubernetesIntOrString()),
                isTrue(in.getXKubernetesPreserveUnknownFields()), isTrue(in.getXKubernetesEmbeddedResource()),
                Collections.unmodifiableMap(properties),
                additional == null ? null : read(additional), anyAdditional, items == null ? null : read(items),
                text(in.getXKubernetesListType()), list(in.getXKubernetesListMapKeys()), value(in.getDefault()),
                limits(in), rules);
    }

    private Schema.Limits limits(JSONSchemaProps in) {
        String format = text(in.getFormat());
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException(
                    "format " + format + " is not supported (expected: one of " + FORMATS + ")");
        }
        return new Schema.Limits(list(in.getRequired()),
                in.getEnum() == null ? List.of() : in.getEnum().stream().map(this::value).toList(),
                in.getPattern() == null ? null : Pattern.compile(in.getPattern()), format, in.getMinimum(),
                isTrue(in.getExclusiveMinimum()), in.getMaximum(), isTrue(in.getExclusiveMaximum()), in.getMultipleOf(),
                in.getMinLength(), in.getMaxLength(), in.getMinItems(), in.getMaxItems(), in.getMinProperties(),
                in.getMaxProperties(), all(in.getAllOf()), all(in.getAnyOf()), all(in.getOneOf()),
                in.getNot() == null ? null : read(in.getNot()));
    }

    private List<Schema> all(@Nullable List<JSONSchemaProps> schemas) {
        return schemas == null ? List.of() : schemas.stream().map(this::read).toList();
    }

    private @Nullable Object value(@Nullable JsonNode node) {
        return node == null || node.isNull() ? null : Values.normal(mapper.convertValue(node, Object.class));
    }

    private static <T> List<T> list(@Nullable List<T> in) {
        return in == null ? List.of() : List.copyOf(in);
    }

    private static boolean isTrue(@Nullable Boolean in) {
        return Boolean.TRUE.equals(in);
    }

    private static String text(@Nullable String in) {
        return in == null ? "" : in;
    }
}

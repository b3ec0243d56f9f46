package dev.penstock.crds;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;

/**
 * Adds to a generated CRD what the generator cannot say: lists that are maps or sets, {@code spec} as required, the
 * description of the kind, columns in their order; and takes out rules that come twice.
 */
final class SchemaFinish {
    /** Lists of words that must not repeat, and whose order means nothing to us. */
    private static final Set<String> SETS = Set.of("modes", "aliases", "allowedNamespaces", "programs", "folders",
            "include", "exclude", "events", "origins");

    private SchemaFinish() {}

    static CustomResourceDefinition finish(CustomResourceDefinition crd, Class<?> kind) {
        for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
            JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
            root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
            root.setRequired(new ArrayList<>(List.of("spec")));
            version.setAdditionalPrinterColumns(columns(kind));
            finish("", root);
        }
        return crd;
    }

    /** The columns in the order of the annotations; the generator sorts them by path. */
    private static List<CustomResourceColumnDefinition> columns(Class<?> kind) {
        List<CustomResourceColumnDefinition> columns = new ArrayList<>();
        for (AdditionalPrinterColumn column : kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
            columns.add(new CustomResourceColumnDefinitionBuilder().withName(column.name())
                    .withType(column.type().getValue()).withJsonPath(column.jsonPath())
                    .withPriority(column.priority() == 0 ? null : column.priority()).build());
        }
        return columns;
    }

    private static void finish(String name, JSONSchemaProps schema) {
        dedupeRules(schema);
        if (Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
            // The generator takes the values of a Map<String, Object> for objects.
            schema.setAdditionalProperties(null);
        }
        if (schema.getProperties() != null) {
            for (Map.Entry<String, JSONSchemaProps> property : schema.getProperties().entrySet()) {
                finish(property.getKey(), property.getValue());
            }
            fillDefault(schema);
        }
        if (schema.getItems() != null) {
            listType(name, schema, schema.getItems().getSchema());
            finish("", schema.getItems().getSchema());
        }
    }

    /**
     * Writes the defaults of the fields into the default of their parent. The API server would fill them in by itself, but
     * checks the rules of the parent on its default as it is written.
     */
    private static void fillDefault(JSONSchemaProps schema) {
        if (!(schema.getDefault() instanceof ObjectNode own)) {
            return;
        }
        for (Map.Entry<String, JSONSchemaProps> property : schema.getProperties().entrySet()) {
            JsonNode value = property.getValue().getDefault();
            if (value != null && !own.has(property.getKey())) {
                own.set(property.getKey(), value.deepCopy());
            }
        }
    }

    private static void listType(String name, JSONSchemaProps list, JSONSchemaProps item) {
        List<String> required = item.getRequired() == null ? List.of() : item.getRequired();
        if (name.equals("conditions")) {
            mapBy("type", list);
        } else if (item.getProperties() != null && required.contains("name")) {
            mapBy("name", list);
        } else if (SETS.contains(name)) {
            list.setXKubernetesListType("set");
        }
    }

    private static void mapBy(String key, JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(new ArrayList<>(List.of(key)));
    }

    private static void dedupeRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
        }
    }
}

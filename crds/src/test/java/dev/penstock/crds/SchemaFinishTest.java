package dev.penstock.crds;

import java.util.HashSet;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaFinishTest {
    private static final List<CustomResourceDefinition> CRDS = CrdGeneration.crds();

    @Test
    void shouldKeyConditionsByType() {
        assertThat(CRDS).hasSize(6).allSatisfy(crd -> {
            JSONSchemaProps conditions = schema(crd).getProperties().get("status").getProperties().get("conditions");
            assertThat(conditions.getXKubernetesListType()).isEqualTo("map");
            assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
        });
    }

    @Test
    void shouldRequireASpec() {
        assertThat(CRDS).allSatisfy(crd -> assertThat(schema(crd).getRequired()).containsExactly("spec"));
    }

    @Test
    void shouldNotRepeatRules() {
        assertThat(CRDS).allSatisfy(crd -> distinctRules(schema(crd)));
    }

    @Test
    void shouldWriteNestedDefaultsIntoTheirParents() {
        JsonNode outputs = schema(crd("LiveStream")).getProperties().get("spec").getProperties().get("outputs")
                .getDefault();

        assertThat(outputs.at("/hls/enabled").asBoolean()).isTrue();
        assertThat(outputs.at("/ts/flushInterval").asText()).isEqualTo("50ms");
    }

    @Test
    void shouldShowColumnsInTheOrderOfTheAnnotations() {
        assertThat(version(crd("Recording")).getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName).startsWith("Stream", "Ready", "Reason", "Phase");
    }

    @Test
    void shouldLetPodTemplatesBe() {
        JSONSchemaProps template = schema(crd("MediaPool")).getProperties().get("spec").getProperties()
                .get("podTemplate");

        assertThat(template.getXKubernetesPreserveUnknownFields()).isTrue();
        assertThat(template.getAdditionalProperties()).isNull();
    }

    private static void distinctRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            assertThat(new HashSet<>(schema.getXKubernetesValidations()))
                    .hasSameSizeAs(schema.getXKubernetesValidations());
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(SchemaFinishTest::distinctRules);
        }
        if (schema.getItems() != null) {
            distinctRules(schema.getItems().getSchema());
        }
    }

    private static CustomResourceDefinition crd(String kind) {
        return CRDS.stream().filter(crd -> crd.getSpec().getNames().getKind().equals(kind)).findFirst().orElseThrow();
    }

    private static JSONSchemaProps schema(CustomResourceDefinition crd) {
        return version(crd).getSchema().getOpenAPIV3Schema();
    }

    private static CustomResourceDefinitionVersion version(CustomResourceDefinition crd) {
        return crd.getSpec().getVersions().getFirst();
    }
}

package dev.penstock.crds;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReferenceTest {
    @Test
    void shouldEqualWhatIsGeneratedFromTheTypes() throws IOException {
        Golden.check(Path.of("../docs/reference.md"), ReferenceWriter.write(CrdGeneration.crds()));
    }

    @Test
    void shouldHaveADescriptionForEveryField() {
        TreeSet<String> silent = new TreeSet<>();
        List<CustomResourceDefinition> crds = CrdGeneration.crds();

        crds.forEach(crd -> collect(crd.getSpec().getNames().getKind(),
                crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), silent));

        assertThat(crds).hasSize(6);
        assertThat(silent).isEmpty();
    }

    @Test
    void shouldSayTheDefaultInTheDescriptionWhenThereIsOne() {
        TreeSet<String> silent = new TreeSet<>();

        CrdGeneration.crds().forEach(crd -> defaults(crd.getSpec().getNames().getKind(),
                crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), silent));

        assertThat(silent).isEmpty();
    }

    private static void collect(String path, JSONSchemaProps schema, TreeSet<String> silent) {
        if (schema.getProperties() != null) {
            for (Map.Entry<String, JSONSchemaProps> property : schema.getProperties().entrySet()) {
                String field = path + "." + property.getKey();
                boolean top = field.equals(path + ".spec") || field.equals(path + ".status");
                String text = property.getValue().getDescription();
                if (!top && (text == null || !text.endsWith("."))) {
                    silent.add(field);
                }
                collect(field, property.getValue(), silent);
            }
        }
        if (schema.getItems() != null) {
            collect(path + "[]", schema.getItems().getSchema(), silent);
        }
    }

    private static void defaults(String path, JSONSchemaProps schema, TreeSet<String> silent) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                boolean plain = property.getDefault() != null && property.getDefault().isValueNode();
                if (plain && !property.getDescription().contains("efault " + property.getDefault().asText())) {
                    silent.add(path + "." + name);
                }
                defaults(path + "." + name, property, silent);
            });
        }
        if (schema.getItems() != null) {
            defaults(path + "[]", schema.getItems().getSchema(), silent);
        }
    }
}

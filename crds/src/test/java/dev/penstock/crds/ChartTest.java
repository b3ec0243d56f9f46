package dev.penstock.crds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the chart repeats of the resources: their definitions, and the specs of pools and gateways in the schema of its values. */
class ChartTest {
    private static final Path CHART = Path.of("../charts/penstock");
    private static final Path SCHEMA = CHART.resolve("values.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldHoldTheDefinitionsThatTheTypesSay() throws IOException {
        Map<String, String> made = CrdGeneration.manifests();

        for (Map.Entry<String, String> file : made.entrySet()) {
            Golden.check(CHART.resolve("crds").resolve(file.getKey()), file.getValue());
        }
        try (Stream<Path> files = Files.list(CHART.resolve("crds"))) {
            assertThat(new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()))
                    .isEqualTo(new TreeSet<>(made.keySet()));
        }
    }

    @Test
    void shouldHoldPoolsAndGatewaysToTheirSchemas() throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(SCHEMA));
        ObjectNode definitions = (ObjectNode) schema.get("$defs");
        definitions.set("mediaPoolSpec", spec("MediaPool"));
        definitions.set("mediaGatewaySpec", spec("MediaGateway"));

        Golden.check(SCHEMA, text(schema) + "\n");
    }

    private static JsonNode spec(String kind) {
        CustomResourceDefinition crd = CrdGeneration.crds().stream()
                .filter(c -> c.getSpec().getNames().getKind().equals(kind)).findFirst().orElseThrow();
        JsonNode spec = JSON.valueToTree(crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema()
                .getProperties().get("spec"));
        strict(spec);
        return spec;
    }

    /** Makes of a schema of the API server a JSON schema that refuses fields it does not know. */
    private static void strict(JsonNode schema) {
        if (schema instanceof ObjectNode node) {
            boolean isOpen = node.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            List<String> foreign = new ArrayList<>();
            node.fieldNames().forEachRemaining(name -> {
                if (name.startsWith("x-kubernetes-") || name.equals("default") || name.equals("format")) {
                    foreign.add(name);
                }
            });
            node.remove(foreign);
            if (node.has("properties")) {
                node.get("properties").forEach(ChartTest::strict);
                if (!isOpen) {
                    node.put("additionalProperties", false);
                }
            } else if (node.path("additionalProperties").isObject()) {
                strict(node.get("additionalProperties"));
            }
            strict(node.path("items"));
        }
    }

    private static String text(JsonNode json) throws IOException {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        ObjectWriter writer = JSON.writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER).withObjectEmptySeparator("")
                .withArrayEmptySeparator("")).withObjectIndenter(lines));
        return writer.writeValueAsString(json);
    }
}

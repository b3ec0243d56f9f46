package dev.penstock.crds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The good and bad resources in {@code src/test/resources/validation}: that the good ones fit the types, and that the bad
 * ones leave no rule out. Whether they are refused is seen where rules are run: on a real API server ({@code e2e}) and by
 * the standalone reader ({@code dataplane}).
 */
class ExamplesTest {
    private static final Path ROOT = Path.of("src/test/resources/validation");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @TestFactory
    Stream<DynamicTest> shouldComeBackAsTheyWereWhenReadIntoTheTypes() {
        return CrdGeneration.KINDS.stream().flatMap(kind -> files(kind, "valid-", "status-", "change-")
                .filter(file -> file.toString().endsWith(".yaml"))
                .map(file -> DynamicTest.dynamicTest(ROOT.relativize(file).toString(), () -> roundTrip(file, kind))));
    }

    @Test
    void shouldCoverEveryRule() {
        Map<String, Set<String>> uncovered = new TreeMap<>();
        List<CustomResourceDefinition> crds = CrdGeneration.crds();
        for (CustomResourceDefinition crd : crds) {
            Class<?> kind = CrdGeneration.KINDS.get(crds.indexOf(crd));
            Set<String> rules = rules(crd);
            List<String> covered = files(kind, "invalid-", "change-")
                    .filter(file -> file.toString().endsWith(".expected"))
                    .map(ExamplesTest::tree).filter(expected -> text(expected, "message").contains("expected: "))
                    .map(expected -> text(expected, "field").replaceAll("\\[\\d+]", "") + "|"
                            + text(expected, "message"))
                    .toList();
            rules.removeIf(rule -> covered.stream().anyMatch(rule::startsWith));
            uncovered.put(kind.getSimpleName(), rules);
        }

        assertThat(uncovered).hasSize(CrdGeneration.KINDS.size())
                .allSatisfy((kind, rules) -> assertThat(rules).isEmpty());
    }

    @Test
    void shouldCoverEveryKindOfConstraint() {
        Set<String> reasons = CrdGeneration.KINDS.stream().flatMap(kind -> files(kind, "invalid-"))
                .filter(file -> file.toString().endsWith(".expected")).map(file -> text(tree(file), "reason"))
                .collect(Collectors.toSet());

        assertThat(reasons).containsExactlyInAnyOrder("FieldValueInvalid", "FieldValueRequired",
                "FieldValueNotSupported",
                "FieldValueTypeInvalid", "FieldValueTooMany", "FieldValueTooLong", "FieldValueDuplicate",
                "UnknownField");
    }

    @Test
    void shouldSayWhatIsExpectedOfEveryInvalidOne() {
        List<Path> silent = CrdGeneration.KINDS.stream().flatMap(kind -> files(kind, "invalid-"))
                .filter(file -> file.toString().endsWith(".yaml")).filter(file -> !Files.exists(expectedOf(file)))
                .toList();

        assertThat(silent).isEmpty();
    }

    private static void roundTrip(Path file, Class<? extends CustomResource<?, ?>> kind) throws IOException {
        JsonNode in = tree(file);

        CustomResource<?, ?> resource = YAML.treeToValue(in, kind);

        assertThat(YAML.readTree(YAML.writeValueAsString(resource))).isEqualTo(in);
    }

    private static Stream<Path> files(Class<?> kind, String... prefixes) {
        try (Stream<Path> files = Files.list(ROOT.resolve(kind.getSimpleName().toLowerCase(Locale.ROOT)))) {
            return files.filter(file -> Stream.of(prefixes).anyMatch(file.getFileName().toString()::startsWith))
                    .sorted()
                    .toList().stream();
        } catch (IOException e) {
            throw new AssertionError(kind + " (expected: a folder of resources)", e);
        }
    }

    private static Path expectedOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.yaml$", ".expected"));
    }

    private static JsonNode tree(Path file) {
        try {
            return YAML.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).asText();
    }

    /** The rules of a kind, {@code field|message}. */
    private static Set<String> rules(CustomResourceDefinition crd) {
        Set<String> rules = new TreeSet<>();
        collect("", crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), rules);
        return rules;
    }

    private static void collect(String path, JSONSchemaProps schema, Set<String> rules) {
        if (schema.getXKubernetesValidations() != null) {
            schema.getXKubernetesValidations().forEach(rule -> rules.add(
                    path + (rule.getFieldPath() == null ? "" : rule.getFieldPath()) + "|" + rule.getMessage()));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach(
                    (name, property) -> collect(path.isEmpty() ? name : path + "." + name, property, rules));
        }
        if (schema.getItems() != null) {
            collect(path, schema.getItems().getSchema(), rules);
        }
    }
}

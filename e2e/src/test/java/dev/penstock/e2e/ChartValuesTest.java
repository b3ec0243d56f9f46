package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a chart promises about itself: every value has a comment and a schema, and the versions are the project's. */
class ChartValuesTest {
    private static final Path CHART = Path.of("../charts/penstock");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldSayWhatEachValueIsFor() throws IOException {
        List<String> silent = new ArrayList<>();
        List<String> lines = Files.readAllLines(CHART.resolve("values.yaml"));
        Pattern leaf = Pattern.compile("^ *[A-Za-z]+: .+");
        for (int i = 1; i < lines.size(); i++) {
            if (leaf.matcher(lines.get(i)).matches() && !isExplained(lines, i)) {
                silent.add(lines.get(i));
            }
        }
        assertThat(silent).as("values without a comment above them").isEmpty();
    }

    @Test
    void shouldHoldEachValueByTheSchemaAndNothingElse() throws IOException {
        JsonNode values = JSON.convertValue(
                Serialization.unmarshal(Files.readString(CHART.resolve("values.yaml")), Object.class), JsonNode.class);
        JsonNode schema = JSON.readTree(Files.readString(CHART.resolve("values.schema.json")));
        List<String> differences = new ArrayList<>();
        compare("", values, schema, differences);
        assertThat(differences).containsExactly("global: not in values.yaml");
    }

    @Test
    void shouldHaveTheVersionOfTheProject() throws IOException {
        Matcher version = Pattern.compile("<artifactId>penstock</artifactId>\\s*<version>([0-9.]+)")
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(Files.readString(CHART.resolve("Chart.yaml"))).contains("\nversion: " + version.group(1) + "\n")
                .contains("\nappVersion: " + version.group(1) + "\n");
    }

    /** A comment above the line, or above one that it is part of. */
    private static boolean isExplained(List<String> lines, int line) {
        int depth = Integer.MAX_VALUE;
        for (int i = line; i > 0 && depth > 0 && !lines.get(i).isBlank(); i--) {
            int indent = lines.get(i).length() - lines.get(i).stripLeading().length();
            if (indent < depth && !lines.get(i).strip().startsWith("#")) {
                depth = indent;
                if (lines.get(i - 1).strip().startsWith("#")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void compare(String path, JsonNode value, JsonNode schema, List<String> differences) {
        if (!schema.path("properties").isObject()) {
            return;
        }
        assertThat(schema.path("additionalProperties").asBoolean(true)).as(path + ": open").isFalse();
        schema.get("properties").fieldNames().forEachRemaining(name -> {
            String at = path.isEmpty() ? name : path + "." + name;
            if (value.has(name)) {
                compare(at, value.get(name), schema.get("properties").get(name), differences);
            } else {
                differences.add(at + ": not in values.yaml");
            }
        });
        value.fieldNames().forEachRemaining(name -> {
            if (!schema.get("properties").has(name)) {
                differences.add(path + "." + name + ": not in values.schema.json");
            }
        });
    }
}

package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What an API server says of its kinds (OpenAPI v3), as one JSON schema a kind, so that kubeconform needs nothing from the network. */
final class ApiSchemas {
    /** Where kubeconform finds the schema of a kind below the folder. */
    static final String LOCATION = "{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ApiSchemas() {}

    /** Writes the schemas of all kinds of some API versions, such as {@code v1} and {@code apps/v1}. */
    static void write(KubernetesClient client, Path folder, Iterable<String> versions) throws IOException {
        for (String version : versions) {
            String path = version.contains("/") ? "apis/" + version : "api/" + version;
            JsonNode document = JSON.readTree(client.raw("/openapi/v3/" + path));
            ObjectNode all = (ObjectNode) document.get("components").get("schemas");
            all.forEach(ApiSchemas::close);
            for (var schema : all.properties()) {
                for (JsonNode kind : schema.getValue().path("x-kubernetes-group-version-kind")) {
                    String group = kind.get("group").asText();
                    String name = group.isEmpty()
                            ? kind.get("version").asText()
                            : group + "/" + kind.get("version").asText();
                    if (name.equals(version)) {
                        // kubeconform takes the version for the group where there is none.
                        write(folder.resolve(group.isEmpty() ? version + "/" + version : version),
                                kind.get("kind").asText(), schema.getKey(), all);
                    }
                }
            }
        }
    }

    private static void write(Path folder, String kind, String name, ObjectNode all) throws IOException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$ref", "#/components/schemas/" + name);
        schema.putObject("components").set("schemas", all);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(kind.toLowerCase(Locale.ROOT) + ".json"), schema.toString());
    }

    /** Refuses fields that a schema does not name, as the API server does with strict field validation. */
    private static void close(JsonNode schema) {
        if (schema.isObject() && schema.path("properties").isObject() && !schema.has("additionalProperties")
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        schema.forEach(ApiSchemas::close);
    }
}

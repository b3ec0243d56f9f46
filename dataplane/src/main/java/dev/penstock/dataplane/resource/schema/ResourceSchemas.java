package dev.penstock.dataplane.resource.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** The schemas of all kinds this program knows. A schema is compiled when its kind is first met. Thread safe. */
public final class ResourceSchemas {
    /** Without the search for all kinds there are, which takes longer than all else at the start. */
    private static final KubernetesSerialization YAML = new KubernetesSerialization(new ObjectMapper(), false);

    private final CelCompiler cel = new CelCompiler();
    private final Map<String, CustomResourceDefinition> definitions = new LinkedHashMap<>();
    private final Map<String, ResourceSchema> compiled = new ConcurrentHashMap<>();

    private ResourceSchemas() {}

    /**
     * Reads CustomResourceDefinitions from the class path.
     *
     * @param resources absolute names, such as {@code /penstock/crds/livestreams.penstock.dev-v1.yml}
     */
    public static ResourceSchemas ofClassPath(Iterable<String> resources) {
        ResourceSchemas schemas = new ResourceSchemas();
        for (String name : resources) {
            try (InputStream in = ResourceSchemas.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalArgumentException(
                            "no " + name + " on the class path (expected: a CustomResourceDefinition)");
                }
                schemas.add(YAML.unmarshal(in, CustomResourceDefinition.class));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return schemas;
    }

    /** Schemas of a definition in YAML. */
    static ResourceSchemas ofYaml(String crd) {
        ResourceSchemas schemas = new ResourceSchemas();
        schemas.add(YAML.unmarshal(crd, CustomResourceDefinition.class));
        return schemas;
    }

    private void add(CustomResourceDefinition definition) {
        definition.getSpec().getVersions().stream().filter(version -> Boolean.TRUE.equals(version.getServed())).forEach(
                version -> definitions.put(definition.getSpec().getGroup() + "/" + version.getName() + " "
                        + definition.getSpec().getNames().getKind(), definition));
    }

    /** The schema of a kind, or nothing when the kind is not known. */
    public Optional<ResourceSchema> of(String apiVersion, String kind) {
        String key = apiVersion + " " + kind;
        CustomResourceDefinition definition = definitions.get(key);
        return definition == null
                ? Optional.empty()
                : Optional.of(compiled.computeIfAbsent(key, k -> compile(definition, apiVersion)));
    }

    private ResourceSchema compile(CustomResourceDefinition definition, String apiVersion) {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return definition.getSpec().getVersions().stream().filter(candidate -> candidate.getName().equals(version))
                .findFirst()
                .map(found -> ResourceSchema.of(definition, found, cel)).orElseThrow();
    }

    /** Known kinds, as {@code apiVersion kind}. */
    public Set<String> kinds() {
        return Set.copyOf(definitions.keySet());
    }
}

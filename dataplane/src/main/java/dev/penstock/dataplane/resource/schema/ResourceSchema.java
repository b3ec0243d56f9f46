package dev.penstock.dataplane.resource.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import org.jspecify.annotations.Nullable;

/** Judges resources of one kind in one version. Thread safe. */
public final class ResourceSchema {
    private final String apiVersion;
    private final String kind;
    private final Schema schema;
    private final boolean statusApart;

    private ResourceSchema(String apiVersion, String kind, Schema schema, boolean statusApart) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.schema = schema;
        this.statusApart = statusApart;
    }

    /**
     * Takes the schema of a version.
     *
     * @throws IllegalArgumentException when the schema needs what this package does not judge
     */
    static ResourceSchema of(CustomResourceDefinition crd, CustomResourceDefinitionVersion version, CelCompiler cel) {
        return new ResourceSchema(crd.getSpec().getGroup() + "/" + version.getName(),
                crd.getSpec().getNames().getKind(),
                new SchemaReader(cel).read(version.getSchema().getOpenAPIV3Schema()),
                version.getSubresources() != null && version.getSubresources().getStatus() != null);
    }

    Schema schema() {
        return schema;
    }

    /** The kind that this schema describes. */
    public String kind() {
        return kind;
    }

    /**
     * Judges a resource as if it were created, or, with an old one, changed. A status is dropped when it is a subresource.
     *
     * @param document the resource; not changed
     * @param old the accepted resource before, or null
     * @return the resource with its defaults, and what is wrong with it
     */
    public Verdict judge(Map<String, @Nullable Object> document, @Nullable Map<String, @Nullable Object> old) {
        List<Violation> violations = new ArrayList<>();
        Map<String, @Nullable Object> resource = Values.map(Values.normal(document));
        if (resource == null || !apiVersion.equals(resource.get("apiVersion")) || !kind.equals(resource.get("kind"))) {
            throw new IllegalArgumentException("not a " + kind + " of " + apiVersion);
        }
        UnknownFields.find(resource, schema, "", true, violations);
        MetadataChecks.check(resource.get("metadata"), violations);
        // What does not decode is refused before any constraint is looked at.
        if (violations.stream().anyMatch(v -> v.kind() == Violation.Kind.UNKNOWN_FIELD)) {
            violations.removeIf(v -> v.kind() != Violation.Kind.UNKNOWN_FIELD);
            return new Verdict(resource, violations);
        }
        Defaults.dropNulls(resource, schema);
        Defaults.apply(resource, schema);
        if (statusApart) {
            resource.remove("status");
        }
        Constraints.check(resource, schema, "", violations);
        if (violations.stream().noneMatch(v -> v.kind().blocksRules())) {
            CelChecks.check(resource, old, schema, violations);
        }
        return new Verdict(resource, violations);
    }

    /**
     * What came out of judging a resource.
     *
     * @param resource the resource with its defaults
     * @param violations what is wrong; empty when it is accepted
     */
    public record Verdict(Map<String, @Nullable Object> resource, List<Violation> violations) {
        /** Whether the resource may be used. */
        public boolean accepted() {
            return violations.isEmpty();
        }
    }
}

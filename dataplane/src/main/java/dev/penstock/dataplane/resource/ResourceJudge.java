package dev.penstock.dataplane.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;
import dev.penstock.dataplane.resource.schema.ResourceSchema;
import dev.penstock.dataplane.resource.schema.Violation;
import dev.penstock.dataplane.resource.schema.YamlDocument;
import dev.penstock.dataplane.resource.schema.YamlException;
import dev.penstock.dataplane.resource.schema.YamlReader;
import dev.penstock.dataplane.telemetry.LogKeys;

/** Reads a file of resources and judges each. Used by one thread. */
final class ResourceJudge {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceJudge.class);
    private static final String DEFAULT_NAMESPACE = "default";

    private final ResourceTypes types;

    ResourceJudge(ResourceTypes types) {
        this.types = types;
    }

    /**
     * Reads and judges a file.
     *
     * @param file its name, for messages
     * @param running the accepted resource of that key that runs now, or null: what changes are compared with
     */
    LoadedFile read(String file, byte[] content,
            Function<ResourceKey, @Nullable Map<String, @Nullable Object>> running) {
        List<YamlDocument> documents;
        try {
            documents = YamlReader.read(content);
        } catch (YamlException e) {
            return LoadedFile.unreadable(Problem.ofFile(file, e.line(), e.getMessage()));
        }
        List<LoadedFile.Entry> entries = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        boolean anonymous = false;
        for (YamlDocument document : documents) {
            Optional<LoadedFile.Entry> entry = judge(file, document, running, problems);
            anonymous |= entry.isEmpty();
            entry.filter(e -> !e.ignored()).ifPresent(entries::add);
        }
        return new LoadedFile(entries, problems, anonymous);
    }

    /** Nothing when the document does not say what it is. */
    private Optional<LoadedFile.Entry> judge(String file, YamlDocument document,
            Function<ResourceKey, @Nullable Map<String, @Nullable Object>> running, List<Problem> problems) {
        Map<String, @Nullable Object> content = document.content();
        if (!(content.get("apiVersion") instanceof String apiVersion)
                || !(content.get("kind") instanceof String kind)) {
            String field = content.get("apiVersion") instanceof String ? "kind" : "apiVersion";
            problems.add(new Problem(file, document.line(), "", "", "", field, "", "expected: a text such as "
                    + (field.equals("kind") ? "LiveStream" : "penstock.dev/v1alpha1")));
            return Optional.empty();
        }
        ResourceKey key = key(kind, content);
        if (apiVersion.equals("v1") && kind.equals("Secret")) {
            return SecretReader.read(file, document, key, problems);
        }
        Optional<ResourceSchema> schema = types.schemas().of(apiVersion, kind);
        if (schema.isEmpty()) {
            return unknown(file, document, apiVersion, key, problems);
        }
        ResourceSchema.Verdict verdict = schema.get().judge(content, running.apply(key));
        for (Violation violation : verdict.violations()) {
            problems.add(problem(file, document, key, violation));
        }
        if (key.name().isEmpty()) {
            return Optional.empty();
        }
        if (!verdict.accepted()) {
            return Optional.of(LoadedFile.Entry.refused(key, file, document.line()));
        }
        return Optional.of(served(file, document, key, verdict.resource(), problems));
    }

    private LoadedFile.Entry served(String file, YamlDocument document, ResourceKey key,
            Map<String, @Nullable Object> resource,
            List<Problem> problems) {
        HasMetadata typed = types.typed(key.kind(), withNamespace(resource, key.namespace()));
        List<ServedFeatures.NotServed> missing = switch (typed) {
            case LiveStream stream -> ServedFeatures.of(stream.getSpec());
            case Recording recording -> ServedFeatures.of(recording.getSpec());
            case RenderSession session -> ServedFeatures.of(session.getSpec());
            default -> List.of();
        };
        for (ServedFeatures.NotServed feature : missing) {
            problems.add(NotServedProblems.of(file, document.lineOf(feature.field()), key, feature));
        }
        return missing.isEmpty()
                ? LoadedFile.Entry.of(key, file, document, resource, typed)
                : LoadedFile.Entry.refused(key, file, document.line());
    }

    private static Optional<LoadedFile.Entry> unknown(String file, YamlDocument document, String apiVersion,
            ResourceKey key,
            List<Problem> problems) {
        if (apiVersion.startsWith("penstock.dev/")) {
            problems.add(new Problem(file, document.lineOf("kind"), key.kind(), key.namespace(), key.name(), "kind",
                    key.kind() + " of " + apiVersion, "expected: a kind of penstock.dev/v1alpha1"));
        } else {
            LOG.atInfo().addKeyValue(LogKeys.FILE, file).addKeyValue(LogKeys.REASON, key.kind() + " of " + apiVersion)
                    .log("Resource ignored: not a kind that Penstock reads without Kubernetes");
        }
        return Optional.of(LoadedFile.Entry.nothing(key, file, document.line()));
    }

    private static Problem problem(String file, YamlDocument document, ResourceKey key, Violation violation) {
        return new Problem(file, document.lineOf(violation.field()), key.kind(), key.namespace(), key.name(),
                violation.field(),
                Redacted.value(violation.field(), violation.value()), violation.detail());
    }

    private static ResourceKey key(String kind, Map<String, @Nullable Object> content) {
        Map<?, ?> metadata = content.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
        String name = metadata.get("name") instanceof String text ? text : "";
        String namespace = metadata.get("namespace") instanceof String text && !text.isEmpty()
                ? text
                : DEFAULT_NAMESPACE;
        return new ResourceKey(kind, namespace, name);
    }

    private static Map<String, @Nullable Object> withNamespace(Map<String, @Nullable Object> resource,
            String namespace) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>(resource);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        if (resource.get("metadata") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> metadata.put((String) name, value));
        }
        metadata.put("namespace", namespace);
        out.put("metadata", metadata);
        return out;
    }
}

package dev.penstock.dataplane.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.resource.schema.YamlDocument;

/** Reads a Secret from a document; no message about it shows a value. */
final class SecretReader {
    private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata", "data", "stringData", "type",
            "immutable");

    private SecretReader() {}

    static Optional<LoadedFile.Entry> read(String file, YamlDocument document, ResourceKey key,
            List<Problem> problems) {
        int before = problems.size();
        if (key.name().isEmpty()) {
            problems.add(problem(file, document, key, "metadata.name", "", "expected: a name"));
            return Optional.empty();
        }
        document.content().keySet().stream().filter(name -> !FIELDS.contains(name))
                .forEach(name -> problems.add(problem(file, document, key, name, "", "unknown field")));
        Map<String, String> data = texts(file, document, key, "data", problems);
        Map<String, String> text = texts(file, document, key, "stringData", problems);
        if (problems.size() == before) {
            try {
                return Optional.of(LoadedFile.Entry.ofSecret(key, file, document.line(), SecretData.of(data, text)));
            } catch (IllegalArgumentException e) {
                problems.add(problem(file, document, key, "", "", String.valueOf(e.getMessage())));
            }
        }
        return Optional.of(LoadedFile.Entry.refused(key, file, document.line()));
    }

    private static Map<String, String> texts(String file, YamlDocument document, ResourceKey key, String field,
            List<Problem> problems) {
        Map<String, String> out = new LinkedHashMap<>();
        @Nullable
        Object value = document.content().get(field);
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> {
                if (text instanceof String string) {
                    out.put(String.valueOf(name), string);
                } else {
                    problems.add(problem(file, document, key, field + "." + name, "not shown",
                            "expected: text; put it in quotes"));
                }
            });
        } else if (value != null) {
            problems.add(problem(file, document, key, field, "not shown", "expected: a map of texts"));
        }
        return out;
    }

    private static Problem problem(String file, YamlDocument document, ResourceKey key, String field, String value,
            String message) {
        return new Problem(file, document.lineOf(field), key.kind(), key.namespace(), key.name(), field, value,
                message);
    }
}

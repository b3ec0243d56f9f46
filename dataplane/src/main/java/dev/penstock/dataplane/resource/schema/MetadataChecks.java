package dev.penstock.dataplane.resource.schema;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Judges {@code metadata} as the API server does: known fields, RFC 1123 names, labels, annotations. */
final class MetadataChecks {
    private static final Set<String> STRINGS = Set.of("name", "generateName", "namespace", "selfLink", "uid",
            "resourceVersion",
            "creationTimestamp", "deletionTimestamp");
    private static final Set<String> NUMBERS = Set.of("generation", "deletionGracePeriodSeconds");
    private static final Set<String> LISTS = Set.of("ownerReferences", "finalizers", "managedFields");
    private static final Set<String> MAPS = Set.of("labels", "annotations");
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final int MAX_ANNOTATIONS = 256 << 10;

    private final List<Violation> out;

    private MetadataChecks(List<Violation> out) {
        this.out = out;
    }

    /** Adds a violation for each thing that is wrong with the metadata of a resource. */
    static void check(@Nullable Object metadata, List<Violation> out) {
        Map<String, @Nullable Object> map = Values.map(metadata);
        if (map == null) {
            Violation.Kind kind = metadata == null ? Violation.Kind.REQUIRED : Violation.Kind.TYPE_INVALID;
            out.add(new Violation(kind, metadata == null ? "metadata.name" : "metadata", metadata, "expected: a name"));
            return;
        }
        MetadataChecks checks = new MetadataChecks(out);
        checks.checkFields(map);
        checks.checkName(map);
        checks.checkLabels(Values.map(map.get("labels")));
        checks.checkAnnotations(Values.map(map.get("annotations")));
    }

    private void checkFields(Map<String, @Nullable Object> metadata) {
        metadata.forEach((name, value) -> {
            String field = "metadata." + name;
            if (STRINGS.contains(name)) {
                checkType(value instanceof String, field, value, "string");
            } else if (NUMBERS.contains(name)) {
                checkType(value instanceof Long, field, value, "integer");
            } else if (LISTS.contains(name)) {
                checkType(value instanceof List, field, value, "array");
            } else if (MAPS.contains(name)) {
                Map<String, @Nullable Object> map = Values.map(value);
                checkType(map != null, field, value, "object");
                if (map != null) {
                    map.forEach((key, text) -> checkType(text instanceof String, field + "." + key, text, "string"));
                }
            } else {
                out.add(new Violation(Violation.Kind.UNKNOWN_FIELD, field, null, "unknown field"));
            }
        });
    }

    private void checkType(boolean fits, String field, @Nullable Object value, String type) {
        if (!fits && value != null) {
            out.add(new Violation(Violation.Kind.TYPE_INVALID, field, value, "expected: " + type));
        }
    }

    private void checkName(Map<String, @Nullable Object> metadata) {
        if (!(metadata.get("name") instanceof String name) || name.isEmpty()) {
            out.add(new Violation(Violation.Kind.REQUIRED, "metadata.name", null, "expected: a name"));
        } else if (name.length() > 253 || !DNS_SUBDOMAIN.matcher(name).matches()) {
            out.add(new Violation(Violation.Kind.INVALID, "metadata.name", name,
                    "expected: lower case letters, digits, '-' and '.', a letter or digit at both ends (RFC 1123 subdomain)"));
        }
        if (metadata.get("namespace") instanceof String namespace
                && (namespace.length() > 63 || (!namespace.isEmpty() && !DNS_LABEL.matcher(namespace).matches()))) {
            out.add(new Violation(Violation.Kind.INVALID, "metadata.namespace", namespace,
                    "expected: lower case letters, digits and '-', a letter or digit at both ends (RFC 1123 label)"));
        }
    }

    private void checkLabels(@Nullable Map<String, @Nullable Object> labels) {
        if (labels != null) {
            labels.forEach((key, value) -> {
                checkKey("metadata.labels", key);
                if (value instanceof String text && !text.isEmpty() && !isQualified(text)) {
                    out.add(new Violation(Violation.Kind.INVALID, "metadata.labels", text,
                            "expected: at most 63 letters, digits, '-', '_' and '.' in a label's value"));
                }
            });
        }
    }

    private void checkAnnotations(@Nullable Map<String, @Nullable Object> annotations) {
        if (annotations == null) {
            return;
        }
        annotations.keySet().forEach(key -> checkKey("metadata.annotations", key));
        long size = annotations.entrySet().stream()
                .mapToLong(e -> e.getKey().length() + String.valueOf(e.getValue()).length()).sum();
        if (size > MAX_ANNOTATIONS) {
            out.add(new Violation(Violation.Kind.TOO_LONG, "metadata.annotations", null,
                    "expected: at most 256 KiB in all"));
        }
    }

    private void checkKey(String field, String key) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        boolean prefixFits = slash < 0 || (prefix.length() <= 253 && DNS_SUBDOMAIN.matcher(prefix).matches());
        if (!prefixFits || !isQualified(key.substring(slash + 1))) {
            out.add(new Violation(Violation.Kind.INVALID, field, key,
                    "expected: a key of at most 63 letters, digits, '-', '_' and '.', perhaps after a domain and '/'"));
        }
    }

    private static boolean isQualified(String text) {
        return text.length() <= 63 && QUALIFIED.matcher(text).matches();
    }
}

package dev.penstock.operator.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Merges one pod template over another as {@code kubectl patch --type=strategic} does: maps by key, {@code null} takes a key away,
 * lists with a merge key by that key, other lists as a whole; {@code $patch: delete} and {@code $patch: replace} in a map or in an
 * element of a list. New elements come last.
 */
final class StrategicMerge {
    /** What an element of a list is known by; the fields of core/v1 PodTemplateSpec that have a patch merge key. */
    private static final Map<String, String> KEYS = Map.ofEntries(Map.entry("containers", "name"),
            Map.entry("initContainers", "name"), Map.entry("volumes", "name"), Map.entry("env", "name"),
            Map.entry("ports", "containerPort"), Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"), Map.entry("imagePullSecrets", "name"),
            Map.entry("hostAliases", "ip"), Map.entry("topologySpreadConstraints", "topologyKey"),
            // By the API a list as a whole; the operator's gate must stay whatever else is added.
            Map.entry("readinessGates", "conditionType"));
    private static final String DIRECTIVE = "$patch";

    private StrategicMerge() {}

    /** The key that elements of a list field are merged by, or null if the list is replaced as a whole. */
    static @Nullable String key(String field) {
        return KEYS.get(field);
    }

    /** A map merged over another one; both are left alone. */
    static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> over) {
        if ("replace".equals(over.get(DIRECTIVE))) {
            return without(over);
        }
        Map<String, Object> merged = new LinkedHashMap<>(base);
        over.forEach((field, value) -> {
            if (value == null || (value instanceof Map<?, ?> map && "delete".equals(map.get(DIRECTIVE)))) {
                merged.remove(field);
            } else if (!field.equals(DIRECTIVE)) {
                merged.put(field, merged(field, merged.get(field), value));
            }
        });
        return merged;
    }

    private static Object merged(String field, @Nullable Object base, Object over) {
        if (over instanceof Map<?, ?>) {
            return merge(base instanceof Map<?, ?> ? map(base) : Map.of(), map(over));
        }
        String key = key(field);
        if (over instanceof List<?> list && key != null) {
            return merged(base instanceof List<?> b ? b : List.of(), list, key);
        }
        return over;
    }

    private static List<Object> merged(List<?> base, List<?> over, String key) {
        boolean replaces = over.stream().anyMatch(o -> "replace".equals(map(o).get(DIRECTIVE)));
        List<Object> merged = new ArrayList<>(replaces ? List.of() : base);
        for (Object element : over) {
            Map<String, Object> one = map(element);
            int at = indexOf(merged, key, one.get(key));
            if ("delete".equals(one.get(DIRECTIVE))) {
                if (at >= 0) {
                    merged.remove(at);
                }
            } else if (at >= 0) {
                merged.set(at, merge(map(merged.get(at)), without(one)));
            } else if (one.containsKey(key)) {
                merged.add(merge(Map.of(), without(one)));
            }
        }
        return merged;
    }

    private static int indexOf(List<Object> list, String key, @Nullable Object value) {
        for (int i = 0; i < list.size(); i++) {
            if (Objects.equals(map(list.get(i)).get(key), value)) {
                return i;
            }
        }
        return -1;
    }

    private static Map<String, Object> without(Map<String, Object> map) {
        Map<String, Object> copy = new LinkedHashMap<>(map);
        copy.remove(DIRECTIVE);
        return copy;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}

package dev.penstock.operator.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/**
 * The operator's pod template with a user's merged over it. Containers that the user adds get the security context of the
 * restricted profile beneath their own, so it is loosened only where the user says so.
 */
final class PodTemplateMerge {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final Map<String, Object> RESTRICTED = Map.of("allowPrivilegeEscalation", false, "capabilities",
            Map.of("drop", List.of("ALL")), "runAsNonRoot", true);

    private PodTemplateMerge() {}

    /**
     * Merges.
     *
     * @param base the operator's template
     * @param over the user's, as {@link PodTemplateRules} allows it
     * @throws IllegalArgumentException if the outcome is not a pod template; the message says which field
     */
    static PodTemplateSpec merge(PodTemplateSpec base, Map<String, Object> over) {
        if (over.isEmpty()) {
            return base;
        }
        Map<String, Object> merged = new LinkedHashMap<>(
                StrategicMerge.merge(MAPPER.convertValue(base, MAP), over));
        Map<String, Object> pod = new LinkedHashMap<>(StrategicMerge.map(merged.getOrDefault("spec", Map.of())));
        for (String field : List.of("containers", "initContainers")) {
            if (pod.get(field) instanceof List<?> list) {
                pod.put(field, list.stream().map(c -> restricted(StrategicMerge.map(c))).toList());
            }
        }
        merged.put("spec", pod);
        try {
            return MAPPER.convertValue(merged, PodTemplateSpec.class);
        } catch (IllegalArgumentException e) {
            String cause = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IllegalArgumentException(
                    "spec.podTemplate: " + String.valueOf(cause).lines().findFirst().orElse("")
                            + " (expected: a core/v1 PodTemplateSpec)",
                    e);
        }
    }

    private static Map<String, Object> restricted(Map<String, Object> container) {
        if (PodSet.CONTAINER.equals(container.get("name"))) {
            return container;
        }
        Map<String, Object> copy = new LinkedHashMap<>(container);
        copy.put("securityContext", StrategicMerge.merge(RESTRICTED,
                StrategicMerge.map(container.getOrDefault("securityContext", Map.of()))));
        return copy;
    }

    /** What is wrong with a template of a pool; empty if it can be merged. */
    static List<String> problems(PodTemplateSpec base, Map<String, Object> over) {
        List<String> problems = new ArrayList<>(PodTemplateRules.problems(over));
        if (problems.isEmpty()) {
            try {
                merge(base, over);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        return problems;
    }
}

package dev.penstock.operator.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.penstock.api.Labels;

/**
 * What {@code spec.podTemplate} may not say: what the pool could not work without, and what has a field of its own. Each refusal
 * names the field and what is expected instead.
 */
public final class PodTemplateRules {
    private static final String AT = "spec.podTemplate";
    private static final String POD = AT + ".spec";
    private static final String MEDIA = PodSet.CONTAINER;

    /** Fields of the pod, and what is expected instead. */
    private static final Map<String, String> POD_FIELDS = new TreeMap<>(Map.of("hostNetwork",
            "not set, pods are found by their own addresses", "hostname", "not set, the StatefulSet names its pods",
            "subdomain", "not set, the StatefulSet names its pods", "serviceAccountName",
            "not set, the pool has an account with the rights that pods need", "serviceAccount",
            "not set, the pool has an account with the rights that pods need", "restartPolicy", "not set",
            "nodeName", "nodeSelector or affinity", "terminationGracePeriodSeconds", "spec.drainTimeout",
            "activeDeadlineSeconds", "not set", "ephemeralContainers", "not set"));
    /** Fields of the container {@code media}, and what is expected instead. */
    private static final Map<String, String> MEDIA_FIELDS = new TreeMap<>(Map.of("image", "spec.image", "resources",
            "spec.resources", "command", "not set", "args", "not set", "ports", "not set", "workingDir", "not set"));
    private static final Set<String> MEDIA_ENV = Set.of("POD_NAME", "POD_IP", "NODE_NAME", "PENSTOCK_PEERS");

    private final List<String> problems = new ArrayList<>();

    private PodTemplateRules() {}

    /**
     * What a template says that it may not; empty if all is well.
     *
     * @param template {@code spec.podTemplate}
     */
    public static List<String> problems(Map<String, Object> template) {
        PodTemplateRules rules = new PodTemplateRules();
        rules.only(AT, template, Set.of("metadata", "spec"));
        Map<String, Object> metadata = StrategicMerge.map(template.getOrDefault("metadata", Map.of()));
        rules.only(AT + ".metadata", metadata, Set.of("labels", "annotations"));
        StrategicMerge.map(metadata.getOrDefault("labels", Map.of())).keySet().stream().sorted()
                .filter(key -> key.equals("$patch") || key.equals("app.kubernetes.io/name")
                        || key.startsWith(Labels.GROUP + "/"))
                .forEach(key -> rules.refuse(AT + ".metadata.labels[" + key + "]",
                        "not set, the pool finds its pods by it"));
        rules.pod(StrategicMerge.map(template.getOrDefault("spec", Map.of())));
        return List.copyOf(rules.problems);
    }

    private void pod(Map<String, Object> pod) {
        if (pod.containsKey("$patch")) {
            refuse(POD + ".$patch", "not set here");
        }
        POD_FIELDS.forEach((field, expected) -> refuseIf(pod.containsKey(field), POD + "." + field, expected));
        for (String field : List.of("containers", "initContainers", "volumes", "readinessGates")) {
            elements(pod, POD, field);
        }
        elements(pod, POD, "volumes").forEach(volume -> refuseIf("data".equals(volume.get("name")),
                POD + ".volumes[name=data]", "spec.spool"));
        elements(pod, POD, "readinessGates").forEach(gate -> refuseIf(Labels.JOINED.equals(gate.get("conditionType")),
                POD + ".readinessGates[conditionType=" + Labels.JOINED + "]", "not set, the operator sets it"));
        elements(pod, POD, "containers").stream().filter(c -> MEDIA.equals(c.get("name"))).forEach(this::media);
        elements(pod, POD, "initContainers").forEach(
                c -> refuseIf(MEDIA.equals(c.get("name")), POD + ".initContainers[name=media]", "another name"));
    }

    private void media(Map<String, Object> media) {
        String at = POD + ".containers[name=media]";
        refuseIf(media.containsKey("$patch"), at + ".$patch", "not set, the pool is this container");
        MEDIA_FIELDS.forEach((field, expected) -> refuseIf(media.containsKey(field), at + "." + field, expected));
        elements(media, at, "env").forEach(env -> refuseIf(MEDIA_ENV.contains(String.valueOf(env.get("name"))),
                at + ".env[name=" + env.get("name") + "]", "not set, the operator sets it"));
        elements(media, at, "volumeMounts").forEach(mount -> refuseIf(PodSet.DATA.equals(mount.get("mountPath")),
                at + ".volumeMounts[mountPath=" + PodSet.DATA + "]", "not set, the spool is there"));
    }

    /** The elements of a list that is merged by a key; an element that cannot be merged, or that replaces the list, is refused. */
    private List<Map<String, Object>> elements(Map<String, Object> in, String at, String field) {
        Object value = in.get(field);
        if (!in.containsKey(field)) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            refuse(at + "." + field, "a list");
            return List.of();
        }
        String key = String.valueOf(StrategicMerge.key(field));
        List<Map<String, Object>> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Map<String, Object> element = StrategicMerge.map(String.valueOf(list.get(i)).equals("null")
                    ? Map.of()
                    : list.get(i));
            refuseIf("replace".equals(element.get("$patch")), at + "." + field + "[" + i + "].$patch",
                    "delete, or not set; the operator's elements stay");
            refuseIf(!element.containsKey("$patch") && !element.containsKey(key), at + "." + field + "[" + i + "]",
                    "an element with " + key);
            elements.add(element);
        }
        return elements;
    }

    private void only(String at, Map<String, Object> map, Set<String> fields) {
        map.keySet().stream().filter(f -> !fields.contains(f)).sorted()
                .forEach(f -> refuse(at + "." + f, "only " + fields.stream().sorted().toList()));
    }

    private void refuseIf(boolean isRefused, String field, String expected) {
        if (isRefused) {
            refuse(field, expected);
        }
    }

    private void refuse(String field, String expected) {
        String problem = field + ": cannot be changed (expected: " + expected + ")";
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}

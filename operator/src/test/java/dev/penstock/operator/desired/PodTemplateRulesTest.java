package dev.penstock.operator.desired;

import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PodTemplateRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "spec: {hostNetwork: true} | spec.podTemplate.spec.hostNetwork: cannot be changed (expected: not set, pods are found by their own addresses)",
            "spec: {terminationGracePeriodSeconds: 5} | spec.podTemplate.spec.terminationGracePeriodSeconds: cannot be changed (expected: spec.drainTimeout)",
            "spec: {serviceAccountName: other} | spec.podTemplate.spec.serviceAccountName: cannot be changed (expected: not set, the pool has an account with the rights that pods need)",
            "spec: {containers: [{name: media, image: other}]} | spec.podTemplate.spec.containers[name=media].image: cannot be changed (expected: spec.image)",
            "spec: {containers: [{name: media, args: [run]}]} | spec.podTemplate.spec.containers[name=media].args: cannot be changed (expected: not set)",
            "spec: {containers: [{name: media, $patch: delete}]} | spec.podTemplate.spec.containers[name=media].$patch: cannot be changed (expected: not set, the pool is this container)",
            "spec: {containers: [{$patch: replace}]} | spec.podTemplate.spec.containers[0].$patch: cannot be changed (expected: delete, or not set; the operator's elements stay)",
            "spec: {containers: [{name: media, env: [{name: POD_NAME, value: a}]}]} | spec.podTemplate.spec.containers[name=media].env[name=POD_NAME]: cannot be changed (expected: not set, the operator sets it)",
            "spec: {containers: [{name: media, volumeMounts: [{name: x, mountPath: /var/lib/penstock}]}]} | spec.podTemplate.spec.containers[name=media].volumeMounts[mountPath=/var/lib/penstock]: cannot be changed (expected: not set, the spool is there)",
            "spec: {containers: null} | spec.podTemplate.spec.containers: cannot be changed (expected: a list)",
            "spec: {containers: [{image: a}]} | spec.podTemplate.spec.containers[0]: cannot be changed (expected: an element with name)",
            "spec: {volumes: [{name: data, emptyDir: {}}]} | spec.podTemplate.spec.volumes[name=data]: cannot be changed (expected: spec.spool)",
            "metadata: {labels: {penstock.dev/pool: other}} | spec.podTemplate.metadata.labels[penstock.dev/pool]: cannot be changed (expected: not set, the pool finds its pods by it)",
            "metadata: {name: a} | spec.podTemplate.metadata.name: cannot be changed (expected: only [annotations, labels])",
            "replicas: 1 | spec.podTemplate.replicas: cannot be changed (expected: only [metadata, spec])"})
    void shouldRefuseWithFieldAndWhatIsExpected(String yaml, String message) {
        assertThat(problems(yaml)).contains(message);
    }

    @Test
    void shouldAllowTheRest() {
        assertThat(problems("""
                metadata: {labels: {team: a}}
                spec: {containers: [{name: media, env: [{name: A, value: b}]}, {name: side, image: i}]}
                """))
                .isEmpty();
    }

    @Test
    void shouldReplaceDeleteAndKeepAsAStrategicPatchDoes() {
        Map<String, Object> base = Map.of("volumes",
                List.of(Map.of("name", "a", "emptyDir", Map.of()), Map.of("name", "b", "emptyDir", Map.of())),
                "nodeSelector", Map.of("x", "1", "y", "2"), "tolerations", List.of(Map.of("key", "k")));
        Map<String, Object> over = map("""
                volumes: [{name: a, emptyDir: null, hostPath: {path: /a}}, {name: b, $patch: delete}, {name: c}]
                nodeSelector: {$patch: replace, z: "3"}
                tolerations: []
                """);
        assertThat(StrategicMerge.merge(base, over)).isEqualTo(Map.of("volumes",
                List.of(Map.of("name", "a", "hostPath", Map.of("path", "/a")), Map.of("name", "c")), "nodeSelector",
                Map.of("z", "3"), "tolerations", List.of()));
        assertThat(StrategicMerge.merge(base, Map.of())).isEqualTo(base);
        assertThat(StrategicMerge.merge(base, map("volumes: [{$patch: replace}, {name: d}]")).get("volumes"))
                .isEqualTo(List.of(Map.of("name", "d")));
    }

    private static List<String> problems(String yaml) {
        return PodTemplateRules.problems(map(yaml));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(String yaml) {
        return Serialization.unmarshal(yaml, Map.class);
    }
}

package dev.penstock.dataplane.resource.schema;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ResourceSchemaTest {
    private static final ResourceSchema SCHEMA = schema(
            """
                    type: object
                    properties:
                      status: {type: object, properties: {seen: {type: boolean}}}
                      spec:
                        type: object
                        required: [mode]
                        default: {mode: Fast}
                        x-kubernetes-validations:
                        - {rule: "!has(self.low) || !has(self.high) || self.low <= self.high", message: "expected: at most high", fieldPath: .low}
                        - {rule: "self.mode == oldSelf.mode", message: "expected: unchanged", fieldPath: .mode, reason: FieldValueForbidden}
                        properties:
                          mode: {type: string, enum: [Fast, Slow]}
                          low: {type: integer, minimum: 0, maximum: 10}
                          high: {type: number, exclusiveMinimum: true, minimum: 0}
                          word: {type: string, pattern: "^[a-z]+$", minLength: 2, maxLength: 4}
                          wait:
                            type: string
                            x-kubernetes-validations:
                            - {rule: "duration(self) >= duration('1s')", messageExpression: "'expected: at least 1s, not ' + self"}
                          note: {type: string, nullable: true}
                          port: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}
                          any: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          labels: {type: object, maxProperties: 2, additionalProperties: {type: string}}
                          tags: {type: array, maxItems: 3, x-kubernetes-list-type: set, items: {type: string}}
                          namespace: {type: string, x-kubernetes-validations: [{rule: "self != 'no'"}]}
                          nested:
                            type: object
                            default: {}
                            properties:
                              size: {type: integer, default: 3}
                              deep: {type: object, default: {}, properties: {on: {type: boolean, default: true}}}
                          items:
                            type: array
                            minItems: 1
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties: {name: {type: string}, weight: {type: integer, default: 1}}
                    """);

    static ResourceSchema schema(String openApi) {
        return ResourceSchemas.ofYaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.test.dev}
                spec:
                  group: test.dev
                  names: {kind: Thing, plural: things}
                  scope: Namespaced
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources: {status: {}}
                    schema:
                      openAPIV3Schema:
                """ + openApi.indent(12)).of("test.dev/v1", "Thing").orElseThrow();
    }

    private static Map<String, @Nullable Object> thing(String spec) throws YamlException {
        String yaml = "apiVersion: test.dev/v1\nkind: Thing\nmetadata: {name: a}\n" + spec;
        return YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8)).getFirst().content();
    }

    private static List<String> fields(String spec) throws YamlException {
        return SCHEMA.judge(thing(spec), null).violations().stream().map(v -> v.kind() + " " + v.field()).toList();
    }

    @Test
    void shouldFillDefaultsInsideDefaultedParents() throws YamlException {
        ResourceSchema.Verdict verdict = SCHEMA.judge(thing("spec: {mode: Slow, items: [{name: x}]}"), null);
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.resource().get("spec"))
                .isEqualTo(Map.of("mode", "Slow", "nested", Map.of("size", 3L, "deep", Map.of("on", true)),
                        "items", List.of(Map.of("name", "x", "weight", 1L))));
        assertThat(SCHEMA.judge(thing("status: {seen: true}"), null).resource().get("spec"))
                .isEqualTo(Map.of("mode", "Fast", "nested", Map.of("size", 3L, "deep", Map.of("on", true))));
    }

    @Test
    void shouldDropStatusWhenItIsASubresource() throws YamlException {
        assertThat(SCHEMA.judge(thing("status: {seen: true}"), null).resource()).doesNotContainKey("status");
        assertThat(fields("status: {sene: true}")).containsExactly("UNKNOWN_FIELD status.sene");
    }

    @Test
    void shouldTreatNullAsAbsentUnlessNullable() throws YamlException {
        ResourceSchema.Verdict verdict = SCHEMA.judge(thing("spec: {mode: Fast, word: null, note: null, nested: null}"),
                null);
        assertThat(verdict.violations()).isEmpty();
        assertThat(Values.map(verdict.resource().get("spec"))).doesNotContainKey("word").containsEntry("note", null)
                .containsKey("nested");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "spec: {mode: Fast, low: 3, high: 4.5, word: abc, port: 80, tags: [a, b], labels: {x: z}} |",
            "spec: {mode: Fast, port: http, any: {what: [1, {ever: 2}]}} |",
            "spec: {mode: Fast, low: 3.0, high: 4} |",
            "spec: {mode: Fast, foo: 1} | UNKNOWN_FIELD spec.foo",
            "spec: {mode: Fast, nested: {sise: 1}, items: [{name: a, w: 2}]} | UNKNOWN_FIELD spec.nested.sise;UNKNOWN_FIELD spec.items[0].w",
            "spec: {} | REQUIRED spec.mode",
            "spec: {mode: Quick} | NOT_SUPPORTED spec.mode",
            "spec: {mode: 3} | TYPE_INVALID spec.mode;NOT_SUPPORTED spec.mode",
            "spec: {mode: Fast, low: -1} | INVALID spec.low",
            "spec: {mode: Fast, low: 11, high: 12} | INVALID spec.low",
            "spec: {mode: Fast, low: 1.5} | TYPE_INVALID spec.low",
            "spec: {mode: Fast, low: '1'} | TYPE_INVALID spec.low",
            "spec: {mode: Fast, high: 0} | INVALID spec.high",
            "spec: {mode: Fast, low: 9, high: 8.5} | INVALID spec.low",
            "spec: {mode: Fast, word: a} | INVALID spec.word",
            "spec: {mode: Fast, word: abcde} | TOO_LONG spec.word",
            "spec: {mode: Fast, word: AB} | INVALID spec.word",
            "spec: {mode: Fast, word: yes} | TYPE_INVALID spec.word",
            "spec: {mode: Fast, port: 1.5} | TYPE_INVALID spec.port;INVALID spec.port",
            "spec: {mode: Fast, tags: [a, b, a]} | DUPLICATE spec.tags[2]",
            "spec: {mode: Fast, tags: [a, b, c, d]} | TOO_MANY spec.tags",
            "spec: {mode: Fast, tags: a} | TYPE_INVALID spec.tags",
            "spec: {mode: Fast, items: []} | INVALID spec.items",
            "spec: {mode: Fast, items: [{name: a}, {name: a, weight: 2}]} | DUPLICATE spec.items[1]",
            "spec: {mode: Fast, items: [{weight: 2}]} | REQUIRED spec.items[0].name",
            "spec: {mode: Fast, labels: {a: b, c: d, e: f}} | TOO_MANY spec.labels",
            "spec: {mode: Fast, labels: {a: 1}} | TYPE_INVALID spec.labels.a",
            "spec: {mode: Fast, wait: 500ms} | INVALID spec.wait",
            "spec: {mode: Fast, wait: soon} | INVALID spec.wait",
            "spec: {mode: Fast, namespace: 'no'} | INVALID spec.namespace",
            "spec: [] | TYPE_INVALID spec"})
    void shouldJudge(String spec, @Nullable String expected) throws YamlException {
        assertThat(fields(spec)).containsExactlyInAnyOrder(expected == null ? new String[0] : expected.split(";"));
    }

    @Test
    void shouldRunTransitionRulesOnlyWhenThereIsAnOldResource() throws YamlException {
        Map<String, @Nullable Object> old = SCHEMA.judge(thing("spec: {mode: Fast}"), null).resource();
        assertThat(SCHEMA.judge(thing("spec: {mode: Slow}"), null).accepted()).isTrue();
        assertThat(SCHEMA.judge(thing("spec: {mode: Slow}"), old).violations())
                .containsExactly(new Violation(Violation.Kind.FORBIDDEN, "spec.mode", "Slow", "expected: unchanged"));
    }

    @Test
    void shouldSpeakWithTheRulesOwnMessage() throws YamlException {
        assertThat(SCHEMA.judge(thing("spec: {mode: Fast, wait: 20ms}"), null).violations()).singleElement()
                .isEqualTo(
                        new Violation(Violation.Kind.INVALID, "spec.wait", "20ms", "expected: at least 1s, not 20ms"));
        assertThat(SCHEMA.judge(thing("spec: {mode: Fast, low: 4, high: 3}"), null).violations()).singleElement()
                .isEqualTo(new Violation(Violation.Kind.INVALID, "spec.low", 4L, "expected: at most high"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{name: a.b-c, labels: {app/x: z, b: ''}, annotations: {c: 'd e'}} |",
            "{name: A} | INVALID metadata.name", "{name: a_b} | INVALID metadata.name",
            "{name: -a} | INVALID metadata.name",
            "{} | REQUIRED metadata.name", "{name: 7} | TYPE_INVALID metadata.name;REQUIRED metadata.name",
            "{name: a, namespace: a.b} | INVALID metadata.namespace",
            "{name: a, label: {a: b}} | UNKNOWN_FIELD metadata.label",
            "{name: a, labels: {a: 'b c'}} | INVALID metadata.labels",
            "{name: a, labels: {'a b': c}} | INVALID metadata.labels",
            "{name: a, labels: {a: true}} | TYPE_INVALID metadata.labels.a",
            "{name: a, annotations: {/x: z}} | INVALID metadata.annotations"})
    void shouldJudgeMetadata(String metadata, @Nullable String expected) throws YamlException {
        String yaml = "apiVersion: test.dev/v1\nkind: Thing\nspec: {mode: Fast}\nmetadata: " + metadata;
        ResourceSchema.Verdict verdict = SCHEMA
                .judge(YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8)).getFirst().content(), null);
        assertThat(verdict.violations().stream().map(v -> v.kind() + " " + v.field()))
                .containsExactlyInAnyOrder(expected == null ? new String[0] : expected.split(";"));
    }

    @Test
    void shouldEscapeNamesAsKubernetesDoes() {
        assertThat(CelValues.escape("namespace")).isEqualTo("__namespace__");
        assertThat(CelValues.escape("a-b.c/d")).isEqualTo("a__dash__b__dot__c__slash__d");
        assertThat(CelValues.escape("a__b")).isEqualTo("a__underscores__b");
        assertThat(CelValues.escape("9a")).isNull();
        assertThat(CelValues.escape("ä")).isNull();
    }

    @Test
    void shouldRefuseASchemaThatItDoesNotUnderstand() {
        assertThatThrownBy(() -> schema("{type: object, properties: {a: {type: string, format: duration}}}"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("duration");
        assertThatThrownBy(() -> schema(
                "{type: object, properties: {spec: {type: object}}, x-kubernetes-validations: [{rule: 'self.'}]}")
                .judge(thing("spec: {}"), null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("self.");
    }
}

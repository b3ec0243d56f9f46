package dev.penstock.dataplane.resource.schema;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever the bytes, reading and judging end with a verdict or a {@link YamlException}. */
class HostileYamlTest {
    private static final String GOOD = """
            apiVersion: test.dev/v1
            kind: Thing
            metadata: {name: a, labels: {b: c}}
            spec: {mode: Fast, tags: [a, b], items: [{name: x, weight: 2}], wait: 2s, nested: {size: 4}, note: ~}
            """;
    private static final ResourceSchema SCHEMA = ResourceSchemaTest
            .schema("""
                    type: object
                    properties:
                      spec:
                        type: object
                        x-kubernetes-validations: [{rule: "!has(self.tags) || self.tags.all(t, t.matches('^[a-z]$'))"}]
                        properties:
                          mode: {type: string, pattern: '^(a+)+$|Fast'}
                          wait: {type: string, x-kubernetes-validations: [{rule: "duration(self) > duration('1s')"}]}
                          tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                          nested: {type: object, default: {}, properties: {size: {type: integer, format: int32, multipleOf: 2}}}
                          items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, properties: {name: {type: string}, weight: {type: number}}}}
                    """);

    @Property(tries = 2000)
    void shouldSurviveFlippedBytes(@ForAll("edits") List<Map.Entry<Integer, Byte>> edits) {
        byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
        edits.forEach(edit -> bytes[edit.getKey() % bytes.length] = edit.getValue());
        judge(bytes);
    }

    @Property(tries = 2000)
    void shouldSurvivePiecesInAnyOrder(@ForAll("pieces") List<String> pieces) {
        judge(String.join("", pieces).getBytes(StandardCharsets.UTF_8));
        judge(("apiVersion: test.dev/v1\nkind: Thing\nspec: " + String.join("", pieces))
                .getBytes(StandardCharsets.UTF_8));
    }

    private static void judge(byte[] bytes) {
        try {
            for (YamlDocument document : YamlReader.read(bytes)) {
                Map<String, Object> content = document.content();
                content.put("apiVersion", "test.dev/v1");
                content.put("kind", "Thing");
                assertThat(SCHEMA.judge(content, null)).isNotNull();
            }
        } catch (YamlException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Provide
    Arbitrary<List<Map.Entry<Integer, Byte>>> edits() {
        Arbitrary<Byte> bytes = Arbitraries.oneOf(Arbitraries.bytes(),
                Arbitraries.of((byte) '*', (byte) '&', (byte) '{', (byte) '[', (byte) '!',
                        (byte) ':', (byte) '-', (byte) '\n', (byte) '"', (byte) '\'', (byte) '<', (byte) '|',
                        (byte) '%', (byte) '0'));
        return Arbitraries.entries(Arbitraries.integers().between(0, 10_000), bytes).list().ofMinSize(1).ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries
                .of("a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "<<: ", "!!int ", "!!binary ",
                        "---\n", "...\n", "0x", "-0",
                        "1e999", ".nan", "'", "\"", "\\u0000", "|\n", "> \n", "? ", "%TAG ! x:\n", "mode", "tags",
                        "items", "wait", "nested", "\t", "#", "~", "yes",
                        "9999999999999999999999", "\ud83d\ude00", "1_0", "0_", "_", "+_", "0b", "0o")
                .list().ofMaxSize(40);
    }
}

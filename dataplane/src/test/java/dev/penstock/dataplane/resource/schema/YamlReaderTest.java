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

class YamlReaderTest {
    private static List<YamlDocument> read(String text) throws YamlException {
        return YamlReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadSeveralDocumentsAndKeepLines() throws YamlException {
        List<YamlDocument> documents = read("# nothing\n---\na: 1\nb:\n  c:\n  - x\n  - z: 2\n---\n\n---\nd: 4\n");
        assertThat(documents).extracting(YamlDocument::content).containsExactly(
                Map.of("a", 1L, "b", Map.of("c", List.of("x", Map.of("z", 2L)))), Map.of("d", 4L));
        assertThat(documents.getFirst().line()).isEqualTo(3);
        assertThat(documents.getFirst().lineOf("b.c[1].z")).isEqualTo(7);
        assertThat(documents.getFirst().lineOf("b.c[1].missing.deep")).isEqualTo(7);
        assertThat(documents.getFirst().lineOf("nowhere")).isEqualTo(3);
        assertThat(documents.get(1).lineOf("d")).isEqualTo(11);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"yes|true", "off|false", "'yes'|yes", "y|true", "010|8",
            "0x1F|31", "0b11|3", "1_000|1000",
            "12:30:45|12:30:45", "2026-01-02|2026-01-02", "1e3|1000", "1.5|1.5", "3.0|3", ".5|0.5", "1.2.3|1.2.3",
            "~|null", "-7|-7", "08|8",
            "!!str 5|5", "18446744073709551616|1.8446744073709552E19", "+|+", "abc|abc"})
    void shouldTypeScalarsLikeKubectl(String scalar, String expected) throws YamlException {
        assertThat(String.valueOf(read("v: " + scalar + "\n").getFirst().content().get("v"))).isEqualTo(expected);
    }

    @Test
    void shouldReadAliasesAndMerges() throws YamlException {
        Map<String, @Nullable Object> content = read("base: &b {x: 1, z: 2}\nuse: *b\nmore:\n  <<: *b\n  z: 3\n")
                .getFirst().content();
        assertThat(content).containsEntry("use", Map.of("x", 1L, "z", 2L)).containsEntry("more",
                Map.of("x", 1L, "z", 3L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"a: 1\\na: 2|2|the key a is there twice",
            "a:\\n  b: 1\\n  b: 2|3|the key a.b is there twice",
            "a: [1|1|not valid YAML", "- a|1|a document is not a resource",
            "a: &x [*x]|1|an alias refers to what contains it", "a: *none|1|undefined alias",
            "a: !!java.lang.String x|1|tag", "a: .inf|1|finite", "[a]: 1|1|a key is not text",
            "a: {<<: 1}|1|does not name a map"})
    void shouldRefuseWithTheLine(String text, int line, String message) {
        assertThatThrownBy(() -> read(text.replace("\\n", "\n"))).isInstanceOfSatisfying(YamlException.class, e -> {
            assertThat(e.line()).isEqualTo(line);
            assertThat(e).hasMessageContaining(message);
        });
    }

    @Test
    void shouldNotQuoteTheFile() {
        assertThatThrownBy(() -> read("password: hunter2\n  bad: [")).isInstanceOf(YamlException.class).message()
                .doesNotContain("hunter2");
    }

    @Test
    void shouldRefuseWhatAliasesBlowUp() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1,
                    i - 1, i - 1, i - 1, i - 1,
                    i - 1, i - 1, i - 1, i - 1));
        }
        assertThatThrownBy(() -> read(laughs.toString())).isInstanceOf(YamlException.class)
                .hasMessageContaining("too many values");
    }

    @Test
    void shouldBoundSizeDepthAndDocuments() {
        assertThatThrownBy(() -> YamlReader.read(new byte[YamlReader.MAX_BYTES + 1])).isInstanceOf(YamlException.class)
                .hasMessageContaining("bytes");
        assertThatThrownBy(() -> read("a: " + "[".repeat(2000))).isInstanceOf(YamlException.class)
                .hasMessageContaining("epth");
        assertThatThrownBy(() -> read("---\na: 1\n".repeat(1001))).isInstanceOf(YamlException.class)
                .hasMessageContaining("documents");
        assertThatThrownBy(() -> YamlReader.read(new byte[]{'a', ':', ' ', (byte) 0xc3}))
                .isInstanceOf(YamlException.class)
                .hasMessageContaining("UTF-8");
    }
}

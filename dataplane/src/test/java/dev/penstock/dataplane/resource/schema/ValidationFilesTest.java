package dev.penstock.dataplane.resource.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The good and bad resources beside the CRDs get the verdict that the API server gave them. */
class ValidationFilesTest {
    private static final Path FILES = Path.of("../crds/src/test/resources/validation");
    private static final ResourceSchemas SCHEMAS = ResourceSchemas
            .ofClassPath(Stream
                    .of("livestreams", "mediagateways", "mediapools", "objectstores", "recordings", "rendersessions")
                    .map(plural -> "/penstock/crds/" + plural + ".penstock.dev.yaml").toList());

    @TestFactory
    Stream<DynamicTest> shouldAcceptWhatIsValid() throws IOException {
        return files("valid-", ".yaml")
                .map(file -> DynamicTest.dynamicTest(file.toString(),
                        () -> assertThat(judge(read(file), null).violations()).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseWhatIsInvalid() throws IOException {
        return files("invalid-", ".yaml").map(file -> DynamicTest.dynamicTest(file.toString(),
                () -> expect(file.toString().replace(".yaml", ".expected"), judge(read(file), null).violations())));
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseForbiddenChanges() throws IOException {
        return files("change-", ".before.yaml").filter(file -> !text(file).contains("\nstatus:"))
                .map(file -> DynamicTest
                        .dynamicTest(file.toString(), () -> {
                            Map<String, @Nullable Object> before = judge(read(file), null).resource();
                            Map<String, @Nullable Object> after = read(
                                    Path.of(file.toString().replace(".before.", ".after.")));
                            expect(file.toString().replace(".before.yaml", ".expected"),
                                    judge(after, before).violations());
                        }));
    }

    private static void expect(String expectedFile, List<Violation> violations) throws IOException {
        Map<?, ?> expected = Serialization.unmarshal(Files.readString(Path.of(expectedFile)), Map.class);
        String reason = String.valueOf(expected.get("reason")).replace("FieldValue", "");
        assertThat(violations).anySatisfy(violation -> {
            assertThat(violation.field()).isEqualTo(expected.get("field"));
            assertThat(violation.kind().name().replace("_", "")).isEqualToIgnoringCase(reason);
        });
    }

    private static ResourceSchema.Verdict judge(Map<String, @Nullable Object> resource,
            @Nullable Map<String, @Nullable Object> old) {
        return SCHEMAS.of(String.valueOf(resource.get("apiVersion")), String.valueOf(resource.get("kind")))
                .orElseThrow().judge(resource, old);
    }

    private static Map<String, @Nullable Object> read(Path file) throws YamlException {
        return YamlReader.read(text(file).getBytes(StandardCharsets.UTF_8)).getFirst().content();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> files(String prefix, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            List<Path> found = files.filter(
                    file -> file.getFileName().toString().startsWith(prefix) && file.toString().endsWith(suffix))
                    .sorted().toList();
            assertThat(found).isNotEmpty();
            return found.stream();
        }
    }
}

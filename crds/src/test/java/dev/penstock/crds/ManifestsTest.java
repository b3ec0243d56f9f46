package dev.penstock.crds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ManifestsTest {
    private static final Path MANIFESTS = Path.of("manifests");

    @Test
    void shouldEqualWhatIsGeneratedFromTheTypes() throws IOException {
        Map<String, String> made = CrdGeneration.manifests();

        for (Map.Entry<String, String> file : made.entrySet()) {
            Golden.check(MANIFESTS.resolve(file.getKey()), file.getValue());
        }
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            assertThat(new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()))
                    .isEqualTo(new TreeSet<>(made.keySet()));
        }
    }
}

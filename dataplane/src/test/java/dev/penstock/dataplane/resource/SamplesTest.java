package dev.penstock.dataplane.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** Every folder of samples runs as it is. */
class SamplesTest {
    private static final Path SAMPLES = Path.of("../samples");

    @TestFactory
    Stream<DynamicTest> shouldBeReadWithoutAnyProblem() throws Exception {
        try (Stream<Path> folders = Files.list(SAMPLES)) {
            return folders.filter(Files::isDirectory).toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
                        Heard heard = new Heard();
                        new DirectorySource(folder).load(heard);
                        assertThat(heard.problems()).isEmpty();
                        assertThat(heard.events()).isNotEmpty();
                    }));
        }
    }
}

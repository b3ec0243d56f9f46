package dev.penstock.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Texts that a test expects, in {@code src/test/resources/<TestClass>/}; {@code -Dgolden.update} rewrites them. */
public final class GoldenFiles {
    private final Path folder;

    /** The files of a test class. */
    public GoldenFiles(Class<?> test) {
        folder = Path.of("src/test/resources", test.getSimpleName());
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Asserts that a text is the file's. */
    public void check(String name, String actual) {
        Path file = folder.resolve(name);
        try {
            if (System.getProperty("golden.update") != null) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("missing golden file; -Dgolden.update writes it").exists();
            assertThat(actual).as(file.toString()).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

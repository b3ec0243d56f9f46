package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds a committed text against what was made now; {@code -Dgolden.update} writes it instead. */
final class Golden {
    private Golden() {}

    static void check(Path file, String made) throws IOException {
        if (System.getProperty("golden.update") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
        }
        assertThat(file).as("missing golden file; -Dgolden.update writes it").exists();
        assertThat(made).as(file.toString()).isEqualTo(Files.readString(file));
    }
}

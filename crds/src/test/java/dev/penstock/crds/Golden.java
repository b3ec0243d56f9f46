package dev.penstock.crds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds a committed file against what was made now; {@code -Dgolden.update} writes it instead. */
final class Golden {
    private Golden() {}

    static void check(Path file, String made) throws IOException {
        if (System.getProperty("golden.update") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
        }
        String hint = file + " differs from what the types say; run the test with -Dgolden.update and commit the file";
        assertThat(Files.exists(file) ? Files.readString(file) : "").as(hint).isEqualTo(made);
    }
}

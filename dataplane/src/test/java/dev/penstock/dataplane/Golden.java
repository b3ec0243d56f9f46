package dev.penstock.dataplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares text with a committed file; {@code -Dgolden.update} rewrites the file instead. */
public final class Golden {
    private Golden() {}

    /** Compares with {@code src/test/resources/{simple name of test}/{file}}. */
    public static void assertSame(Class<?> test, String file, String actual) {
        Path path = Path.of("src/test/resources", test.getSimpleName(), file);
        try {
            if (System.getProperty("golden.update") != null) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, actual);
            }
            assertThat(actual).as("%s (rewrite with -Dgolden.update)", path).isEqualTo(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

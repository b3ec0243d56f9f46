package dev.penstock.operator.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The folder that the agent shares with HAProxy. A file is either the old or the new one, never half of it. */
record Folder(Path path) {
    /** The text of a file, if it is there. */
    Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(path.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Makes a file hold a text; a file that does is not written. */
    void put(String name, String text) throws IOException {
        if (!read(name).equals(Optional.of(text))) {
            Path fresh = path.resolve(name + ".new");
            Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

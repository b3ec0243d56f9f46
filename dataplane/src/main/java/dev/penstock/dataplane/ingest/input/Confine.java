package dev.penstock.dataplane.ingest.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folders that files and sockets may be read from. Links are followed, but not out of these folders.
 *
 * @param folders absolute paths; empty optional for anywhere
 */
public record Confine(Optional<List<String>> folders) {
    /** Anywhere. */
    public static final Confine NONE = new Confine(Optional.empty());

    /**
     * Where a path leads to when all links are followed. Blocks on the disk.
     *
     * @throws IOException when there is nothing, or it lies elsewhere than in the folders
     */
    public Path resolve(Path path) throws IOException {
        if (folders.isEmpty()) {
            return path;
        }
        Path real = path.toRealPath();
        for (String folder : folders.get()) {
            if (real.startsWith(Path.of(folder).toRealPath())) {
                return real;
            }
        }
        throw new IOException("leads out of the permitted folders (expected: a link to below one of "
                + "MediaPool spec.permit.folders " + folders.get() + ")");
    }
}

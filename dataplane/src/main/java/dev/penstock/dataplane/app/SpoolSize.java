package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much disk the spool may take. */
final class SpoolSize {
    private static final long LEAST = 256L << 20;

    private SpoolSize() {}

    /**
     * 80 % of what the volume has free at the start, what the spool holds already not counted; at least 256 MiB.
     *
     * @throws IOException when the folder cannot be made
     */
    static long of(Path spool) throws IOException {
        Files.createDirectories(spool);
        return Math.max(LEAST, Files.getFileStore(spool).getUsableSpace() / 10 * 8);
    }
}

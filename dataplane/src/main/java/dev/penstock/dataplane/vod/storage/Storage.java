package dev.penstock.dataplane.vod.storage;

import java.io.IOException;

/**
 * A place that files are read from, and nothing outside of it. All calls block: make them on virtual threads, never on an event loop.
 * Safe for use by many threads. Paths are relative and checked by {@link StoragePath}.
 */
public interface Storage {
    /**
     * What a file is now.
     *
     * @throws java.nio.file.NoSuchFileException when there is none that may be read
     * @throws IOException when the storage does not answer
     */
    FileVersion look(String path) throws IOException;

    /**
     * Opens a file; the caller closes it. Throws as {@link #look}.
     */
    SourceFile open(String path) throws IOException;
}

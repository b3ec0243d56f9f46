package dev.penstock.dataplane.store;

import java.nio.file.Path;

/** What to store. Its length is known, so that no store has to buffer or guess. */
public sealed interface Content {
    /**
     * A file of the local disk. It must not change while it is stored.
     *
     * @param path where it is
     */
    record OfFile(Path path) implements Content {}

    /**
     * Bytes in memory.
     *
     * @param bytes not copied: must not change any more
     */
    record OfBytes(byte[] bytes) implements Content {}

    /** A file of the local disk. */
    static Content file(Path path) {
        return new OfFile(path);
    }

    /** Bytes in memory; not copied. */
    static Content bytes(byte[] bytes) {
        return new OfBytes(bytes);
    }
}

package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What the spool asks of a file system. All calls block. Safe for use by many threads on different files. */
public interface SpoolFiles {
    /** Makes a folder and its parents; each is durable on return. */
    void createFolders(Path folder) throws IOException;

    /**
     * Writes a file anew; its content is durable on return, its name is not.
     *
     * @param content what to write; positions are moved
     */
    void write(Path file, ByteBuffer[] content) throws IOException;

    /** Adds text to the end of a file, which is made when missing. Durable only after {@link #sync}. */
    void append(Path file, String text) throws IOException;

    /** Renames a file inside its folder. Durable only after {@link #sync} of the folder. */
    void rename(Path from, Path to) throws IOException;

    /** Makes a file's content, or a folder's names, durable. */
    void sync(Path path) throws IOException;

    /** Removes a file or an empty folder; nothing happens when there is none. */
    void delete(Path path) throws IOException;

    /** What is in a folder, in the order of names; empty when there is no folder. */
    List<Entry> list(Path folder) throws IOException;

    /**
     * Reads a small file.
     *
     * @throws IOException when it is missing or longer than {@code limit} bytes
     */
    byte[] read(Path file, long limit) throws IOException;

    /**
     * Something in a folder.
     *
     * @param path where it is
     * @param folder whether it is a folder (links are not followed)
     * @param regular whether it is a plain file
     * @param bytes its length
     */
    record Entry(Path path, boolean folder, boolean regular, long bytes) {
        /** Its name. */
        public String name() {
            return path.getFileName().toString();
        }
    }
}

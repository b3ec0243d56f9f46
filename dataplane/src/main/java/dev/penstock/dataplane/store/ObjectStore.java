package dev.penstock.dataplane.store;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A place for immutable objects under keys. All calls block: make them on virtual threads, never on an event loop. Safe for
 * use by many threads. Keys are relative to the store's root (bucket and prefix, or folder) and checked by {@link Keys}.
 */
public interface ObjectStore extends AutoCloseable {
    /** What people call this store in messages; free of secrets. */
    String name();

    /**
     * Stores an object, whole or not at all; an object already under this key is replaced. Readers see the old or the new
     * object, never a part.
     *
     * @return what a later {@link #head} says of it
     * @throws StoreException when it is not stored
     */
    ObjectInfo put(String key, Content content, PutOptions options) throws StoreException;

    /**
     * Opens an object for reading. The caller closes the result.
     *
     * @param key its key
     * @param range the bytes to read, null for all; an end beyond the object's is cut
     * @throws StoreException {@link StoreException.Kind#NOT_FOUND} when there is none, {@link StoreException.Kind#INVALID} when
     *     the range starts behind its end
     */
    StoredObject get(String key, @Nullable ByteRange range) throws StoreException;

    /** What is under a key; empty when nothing is. */
    Optional<ObjectInfo> head(String key) throws StoreException;

    /**
     * One page of objects in key order (UTF-16 order, which for keys of {@link Keys} is byte order). The next page starts
     * after the last key of this one.
     *
     * @param prefix what keys start with, may be empty
     * @param startAfter only keys greater than this, empty for all
     * @param limit most objects in the page, 1 to 1,000
     */
    List<ObjectInfo> list(String prefix, String startAfter, int limit) throws StoreException;

    /**
     * Names of the folders directly below a prefix, in order, without the prefix and the slash.
     *
     * @param prefix empty, or ends in a slash
     */
    List<String> folders(String prefix) throws StoreException;

    /** Removes an object; nothing happens when there is none. */
    void delete(String key) throws StoreException;

    /**
     * Writes, reads and removes a small object under {@code .penstock/}.
     *
     * @throws StoreException why the store cannot be used; the same cause has the same message each time
     */
    void check() throws StoreException;

    /** Gives connections back. No call may follow; those under way may fail. */
    @Override
    void close();
}

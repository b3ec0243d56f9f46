package dev.penstock.dataplane.app;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;

/**
 * A store that tells when it does not do what it is asked, so that it is checked again at once. As thread safe as the store.
 *
 * @param store the store; closed with this
 * @param failed hears that a write was refused or did not come through; quick, any thread
 */
record WatchedStore(ObjectStore store, Runnable failed) implements ObjectStore {
    @Override
    public String name() {
        return store.name();
    }

    @Override
    public ObjectInfo put(String key, Content content, PutOptions options) throws StoreException {
        try {
            return store.put(key, content, options);
        } catch (StoreException e) {
            failed.run();
            throw e;
        }
    }

    @Override
    public StoredObject get(String key, @Nullable ByteRange range) throws StoreException {
        return store.get(key, range);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws StoreException {
        return store.head(key);
    }

    @Override
    public List<ObjectInfo> list(String prefix, String startAfter, int limit) throws StoreException {
        return store.list(prefix, startAfter, limit);
    }

    @Override
    public List<String> folders(String prefix) throws StoreException {
        return store.folders(prefix);
    }

    @Override
    public void delete(String key) throws StoreException {
        store.delete(key);
    }

    @Override
    public void check() throws StoreException {
        store.check();
    }

    @Override
    public void close() {
        store.close();
    }
}

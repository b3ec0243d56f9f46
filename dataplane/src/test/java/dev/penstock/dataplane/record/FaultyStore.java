package dev.penstock.dataplane.record;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.store.memory.MemoryObjectStore;

/** A store in memory that can fail, lie about lengths, and counts puts. */
final class FaultyStore implements ObjectStore {
    private final MemoryObjectStore store = new MemoryObjectStore(InstantSource.system());
    private final AtomicInteger concurrent = new AtomicInteger();
    private volatile StoreException.@Nullable Kind failing;
    private volatile boolean halfWritten;
    final AtomicInteger puts = new AtomicInteger();
    final AtomicInteger mostConcurrent = new AtomicInteger();

    /** The same objects, as another pod reaches them, which has no trouble. */
    ObjectStore sound() {
        return store;
    }

    void failing(StoreException.@Nullable Kind kind) {
        failing = kind;
    }

    void halfWritten(boolean now) {
        halfWritten = now;
    }

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public ObjectInfo put(String key, Content content, PutOptions options) throws StoreException {
        puts.incrementAndGet();
        mostConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
        try {
            check();
            ObjectInfo info = store.put(key, content, options);
            return halfWritten ? new ObjectInfo(key, info.bytes() / 2, info.modified()) : info;
        } finally {
            concurrent.decrementAndGet();
        }
    }

    @Override
    public StoredObject get(String key, @Nullable ByteRange range) throws StoreException {
        check();
        return store.get(key, range);
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws StoreException {
        check();
        return store.head(key);
    }

    @Override
    public List<ObjectInfo> list(String prefix, String startAfter, int limit) throws StoreException {
        check();
        return store.list(prefix, startAfter, limit);
    }

    @Override
    public List<String> folders(String prefix) throws StoreException {
        check();
        return store.folders(prefix);
    }

    @Override
    public void delete(String key) throws StoreException {
        store.delete(key);
    }

    @Override
    public void check() throws StoreException {
        StoreException.Kind kind = failing;
        if (kind != null) {
            throw new StoreException(kind, "faulty: " + kind, null);
        }
    }

    @Override
    public void close() {}
}

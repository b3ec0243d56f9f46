package dev.penstock.dataplane.store.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.Keys;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;
import dev.penstock.dataplane.store.StoredObject;

/** Objects in memory, lost with the process. Keeps headers, so it compresses when asked to. */
public final class MemoryObjectStore implements ObjectStore {
    private record Kept(byte[] bytes, PutOptions options, Instant modified) {}

    private final ConcurrentSkipListMap<String, Kept> objects = new ConcurrentSkipListMap<>();
    private final InstantSource clock;

    /** @param clock gives times of modification */
    public MemoryObjectStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public ObjectInfo put(String key, Content content, PutOptions options) throws StoreException {
        Keys.check(key);
        try {
            byte[] bytes = switch (content) {
                case Content.OfBytes of -> of.bytes().clone();
                case Content.OfFile of -> Files.readAllBytes(of.path());
            };
            Kept kept = new Kept(options.gzip() ? gzip(bytes) : bytes, options, clock.instant());
            objects.put(key, kept);
            return info(key, kept);
        } catch (IOException e) {
            throw new StoreException(Kind.INVALID, "memory: cannot read what to store under " + key, e);
        }
    }

    @Override
    public StoredObject get(String key, @Nullable ByteRange range) throws StoreException {
        Kept kept = objects.get(Keys.check(key));
        if (kept == null) {
            throw new StoreException(Kind.NOT_FOUND, "memory: no object " + key, null);
        }
        int total = kept.bytes.length;
        if (range != null && range.first() >= total) {
            throw new StoreException(Kind.INVALID, range.beyond("memory", key, total), null);
        }
        int from = range == null ? 0 : (int) range.first();
        int to = range == null || range.last() >= total ? total : (int) range.last() + 1;
        return new StoredObject(new ByteArrayInputStream(kept.bytes, from, to - from), to - from, total,
                kept.options.gzip() ? "gzip" : "");
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws StoreException {
        return Optional.ofNullable(objects.get(Keys.check(key))).map(kept -> info(key, kept));
    }

    @Override
    public List<ObjectInfo> list(String prefix, String startAfter, int limit) throws StoreException {
        Keys.checkPrefix(prefix);
        String from = startAfter.compareTo(prefix) > 0 ? startAfter : prefix;
        return objects.tailMap(from).entrySet().stream().takeWhile(e -> e.getKey().startsWith(prefix))
                .filter(e -> e.getKey().compareTo(startAfter) > 0).limit(limit).map(e -> info(e.getKey(), e.getValue()))
                .toList();
    }

    @Override
    public List<String> folders(String prefix) throws StoreException {
        Keys.checkPrefix(prefix);
        SequencedSet<String> names = new TreeSet<>();
        for (String key : objects.tailMap(prefix).keySet()) {
            if (!key.startsWith(prefix)) {
                break;
            }
            int slash = key.indexOf('/', prefix.length());
            if (slash > 0) {
                names.add(key.substring(prefix.length(), slash));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public void delete(String key) throws StoreException {
        objects.remove(Keys.check(key));
    }

    @Override
    public void check() {}

    @Override
    public void close() {}

    private static ObjectInfo info(String key, Kept kept) {
        return new ObjectInfo(key, kept.bytes.length, kept.modified);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}

package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.StoredFile;
import dev.penstock.dataplane.ingest.slate.Slate;
import dev.penstock.dataplane.ingest.slate.SlateMaker;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The slates of all streams: read from their stores, made into clips on virtual threads, one at a time, and kept, {@value #MOST_BYTES}
 * bytes at most. A file that has changed in its store is made anew the next time that it is needed. Any thread.
 */
final class Slates {
    private static final Logger LOG = LoggerFactory.getLogger(Slates.class);
    private static final long MOST_BYTES = 64L << 20;
    private static final long MOST_SOURCE_BYTES = 64L << 20;
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    private final Stores stores;
    private final Problems problems;
    private final Path folder;
    private final ReentrantLock making = new ReentrantLock(true);
    /** Only while {@link #making} is held; least recently used first. */
    private final Map<Key, Slate.Clip> clips = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(String store, String path, String version, int width, int height) {}

    /** @param folder for files while they are made */
    Slates(Stores stores, Problems problems, Path folder) {
        this.stores = stores;
        this.problems = problems;
        this.folder = folder;
    }

    /**
     * The slate of a stream.
     *
     * @param shape what the stream looked like last
     */
    Slate of(String id, StoredFile file, EventLoop loop, Supplier<StreamShape> shape) {
        String namespace = id.substring(0, id.indexOf('/'));
        return (ready, failed) -> {
            StreamShape now = shape.get();
            Thread.ofVirtual().name("slate").start(() -> {
                Slate.Clip clip = find(id, namespace, file, now);
                try {
                    loop.execute(clip == null ? failed : () -> ready.accept(clip));
                } catch (RejectedExecutionException e) {
                    // The process ends.
                    return;
                }
            });
        };
    }

    /** The stream has no slate any more, or is gone. */
    void forget(String id) {
        problems.solved(problem(id));
    }

    private static String problem(String id) {
        return "LiveStream " + id + " slate";
    }

    private Slate.@Nullable Clip find(String id, String namespace, StoredFile file, StreamShape shape) {
        String at = "spec.fallback.slate.path: " + file.path();
        try {
            ObjectStore store = stores.find(namespace, file.storeRef().name())
                    .orElseThrow(() -> new IOException("its store is not there (expected: ObjectStore "
                            + file.storeRef().name() + " in namespace " + namespace + ")"));
            Slate.Clip clip = find(namespace + "/" + file.storeRef().name(), store, file.path(), shape);
            problems.solved(problem(id));
            return clip;
        } catch (IOException | StoreException | IllegalStateException e) {
            problems.failed(problem(id), at + ": " + e.getMessage());
            LOG.atDebug().addKeyValue(LogKeys.STREAM, id).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Slate not made");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private Slate.Clip find(String name, ObjectStore store, String path, StreamShape shape)
            throws IOException, StoreException, InterruptedException {
        ObjectInfo info = store.head(path).orElseThrow(() -> new IOException("no such object in the store"));
        if (info.bytes() > MOST_SOURCE_BYTES) {
            throw new IOException(info.bytes() + " bytes (expected: at most " + MOST_SOURCE_BYTES + ")");
        }
        boolean known = shape.width() > 0 && shape.height() > 0;
        Key key = new Key(name, path, info.toString(), known ? shape.width() : WIDTH, known ? shape.height() : HEIGHT);
        making.lockInterruptibly();
        try {
            Slate.Clip kept = clips.get(key);
            if (kept == null) {
                kept = make(store, path, key);
                clips.put(key, kept);
                bound();
            }
            return kept;
        } finally {
            making.unlock();
        }
    }

    private Slate.Clip make(ObjectStore store, String path, Key key)
            throws IOException, StoreException, InterruptedException {
        Files.createDirectories(folder);
        Path source = Files.createTempFile(folder, "slate", ".in");
        Path target = Files.createTempFile(folder, "slate", ".ts");
        try {
            try (StoredObject object = store.get(path, null); InputStream in = object.decoded()) {
                Files.write(source, in.readNBytes((int) MOST_SOURCE_BYTES));
            }
            return SlateMaker.make(source, target, key.width(), key.height());
        } finally {
            Files.deleteIfExists(source);
            Files.deleteIfExists(target);
        }
    }

    private void bound() {
        long bytes = clips.values().stream().mapToLong(clip -> clip.ts().length).sum();
        var oldest = clips.entrySet().iterator();
        while (bytes > MOST_BYTES && oldest.hasNext()) {
            bytes -= oldest.next().getValue().ts().length;
            oldest.remove();
        }
    }
}

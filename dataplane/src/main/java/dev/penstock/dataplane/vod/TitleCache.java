package dev.penstock.dataplane.vod;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.mp4.ByteSource;
import dev.penstock.dataplane.media.mp4.Mp4Limits;
import dev.penstock.dataplane.media.mp4.Mp4Reader;
import dev.penstock.dataplane.vod.storage.SourceFile;
import dev.penstock.dataplane.vod.storage.Storage;
import dev.penstock.dataplane.vod.title.Title;

/**
 * Files that are open, with their indexes: opened once for all who ask, at most {@value #MOST_OPENING} at a time, and given up by memory,
 * those asked for longest ago first. Looked at again every second at most: one that has changed is opened anew. Blocks; any thread.
 */
public final class TitleCache {
    private static final int MOST_OPENING = 4;
    private static final int MOST_FILES = 1000;
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final long mostBytes;
    private final LongSupplier nanos;
    private final VodMetrics metrics;
    private final Semaphore opening = new Semaphore(MOST_OPENING);
    /** In the order of use; guarded by itself. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Key(Storage storage, String path) {}

    /** One file. */
    private static final class Entry {
        private final CompletableFuture<OpenTitle> title = new CompletableFuture<>();
        private volatile long lookedNanos;
        private long bytes;

        Entry(long now) {
            lookedNanos = now;
        }
    }

    /**
     * @param mostBytes memory of indexes
     * @param nanos for durations
     */
    public TitleCache(long mostBytes, LongSupplier nanos, VodMetrics metrics) {
        this.mostBytes = mostBytes;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    /**
     * A file, retained for the caller, who releases it.
     *
     * @throws Fmp4Exception when it cannot be served; the message is for people
     * @throws IOException as {@link Storage#look}
     */
    public OpenTitle acquire(Storage storage, String path) throws Fmp4Exception, IOException {
        Key key = new Key(storage, path);
        while (true) {
            Entry mine = null;
            Entry entry;
            synchronized (entries) {
                entry = entries.get(key);
                if (entry == null) {
                    mine = new Entry(nanos.getAsLong());
                    entries.put(key, mine);
                }
            }
            if (mine != null) {
                return open(key, mine);
            }
            OpenTitle title = await(entry);
            if (isFresh(key, entry, title) && title.retain()) {
                return title;
            }
            forget(key, entry);
        }
    }

    private OpenTitle open(Key key, Entry entry) throws Fmp4Exception, IOException {
        opening.acquireUninterruptibly();
        try {
            OpenTitle title = read(key);
            title.retain();
            entry.title.complete(title);
            keep(key, entry, title);
            return title;
        } catch (Fmp4Exception | IOException | RuntimeException e) {
            entry.title.completeExceptionally(e);
            forget(key, entry);
            throw e;
        } finally {
            opening.release();
        }
    }

    private OpenTitle read(Key key) throws Fmp4Exception, IOException {
        SourceFile file = key.storage().open(key.path());
        OpenTitle title = null;
        try {
            metrics.opened();
            title = new OpenTitle(file, Title.of(Mp4Reader.read(new FileBytes(file), Mp4Limits.DEFAULTS)));
            return title;
        } catch (Fmp4Exception e) {
            metrics.refused();
            throw e;
        } finally {
            if (title == null) {
                file.close();
            }
        }
    }

    /** The file as the index is read from it. */
    private record FileBytes(SourceFile file) implements ByteSource {
        @Override
        public long size() {
            return file.version().bytes();
        }

        @Override
        public byte[] read(long offset, int length) throws IOException {
            byte[] bytes = new byte[length];
            ByteBuf into = Unpooled.wrappedBuffer(bytes).clear();
            file.read(offset, length, into);
            return bytes;
        }
    }

    private static OpenTitle await(Entry entry) throws Fmp4Exception, IOException {
        try {
            return entry.title.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case Fmp4Exception bad -> throw bad;
                case IOException fault -> throw fault;
                case null, default -> throw e;
            }
        }
    }

    private boolean isFresh(Key key, Entry entry, OpenTitle title) throws IOException {
        long now = nanos.getAsLong();
        if (now - entry.lookedNanos < LOOK_NANOS) {
            return true;
        }
        boolean same = false;
        try {
            same = key.storage().look(key.path()).equals(title.version());
            entry.lookedNanos = now;
        } finally {
            if (!same) {
                metrics.changed();
                forget(key, entry);
            }
        }
        return same;
    }

    private void keep(Key key, Entry entry, OpenTitle title) {
        synchronized (entries) {
            if (entries.get(key) == entry) {
                entry.bytes = title.title().memoryBytes();
                bytes += entry.bytes;
            }
            Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator();
            while ((bytes > mostBytes || entries.size() > MOST_FILES) && oldest.hasNext()) {
                Map.Entry<Key, Entry> next = oldest.next();
                if (next.getValue().title.isDone()) {
                    oldest.remove();
                    givenUp(next.getValue());
                }
            }
            metrics.holds(entries.size(), bytes);
        }
    }

    private void forget(Key key, Entry entry) {
        synchronized (entries) {
            if (entries.remove(key, entry)) {
                givenUp(entry);
            }
            metrics.holds(entries.size(), bytes);
        }
    }

    private void givenUp(Entry entry) {
        bytes -= entry.bytes;
        if (entry.title.isDone() && !entry.title.isCompletedExceptionally()) {
            entry.title.join().release();
        }
    }

    /** Gives up all files. */
    public void close() {
        synchronized (entries) {
            entries.values().forEach(this::givenUp);
            entries.clear();
            metrics.holds(0, 0);
        }
    }
}

package dev.penstock.dataplane.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.Keys;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;
import dev.penstock.dataplane.store.StoreProbe;
import dev.penstock.dataplane.store.StoredObject;

/**
 * Objects as files below one folder, so that any static web server can serve them. A file appears whole: it is written in
 * {@code .penstock-tmp}, synced and renamed. Headers are not kept, so nothing is compressed. Symbolic links are neither
 * followed nor listed.
 */
public final class FileObjectStore implements ObjectStore {
    private static final String TEMP = ".penstock-tmp";
    private static final Duration TEMP_AGE = Duration.ofDays(1);

    private final Path root;
    private final InstantSource clock;

    /**
     * @param root the folder; made with the first object
     * @param clock tells which leftovers of a crash are old enough to remove
     */
    public FileObjectStore(Path root, InstantSource clock) {
        this.root = root.toAbsolutePath().normalize();
        this.clock = clock;
    }

    @Override
    public String name() {
        return "file:" + root;
    }

    @Override
    public ObjectInfo put(String key, Content content, PutOptions options) throws StoreException {
        Path target = path(key);
        try {
            Path temp = Files.createDirectories(root.resolve(TEMP)).resolve(UUID.randomUUID().toString());
            try {
                write(temp, content);
                Files.createDirectories(target.getParent());
                inside(target.getParent());
                Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temp);
            }
            sync(target.getParent());
            return info(key, Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw FileFaults.of(name(), "store " + key, e);
        }
    }

    @Override
    public StoredObject get(String key, @Nullable ByteRange range) throws StoreException {
        Path file = path(key);
        try {
            inside(file.getParent());
            SeekableByteChannel channel = Files.newByteChannel(file,
                    Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            try {
                long total = channel.size();
                if (range != null && range.first() >= total) {
                    throw new StoreException(Kind.INVALID, range.beyond(name(), key, total), null);
                }
                long first = range == null ? 0 : range.first();
                long bytes = range == null ? total : Math.min(range.last(), total - 1) - first + 1;
                channel.position(first);
                return new StoredObject(new BoundedStream(Channels.newInputStream(channel), bytes), bytes, total, "");
            } catch (StoreException | IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileFaults.of(name(), "read " + key, e);
        }
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws StoreException {
        Path file = path(key);
        try {
            inside(file.getParent());
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? Optional.of(info(key, attributes)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            StoreException fault = FileFaults.of(name(), "look at " + key, e);
            if (fault.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw fault;
        }
    }

    @Override
    public List<ObjectInfo> list(String prefix, String startAfter, int limit) throws StoreException {
        Keys.checkPrefix(prefix);
        try {
            return new FileListing(root, TEMP, prefix, startAfter, limit).run();
        } catch (IOException e) {
            throw FileFaults.of(name(), "list " + prefix, e);
        }
    }

    @Override
    public List<String> folders(String prefix) throws StoreException {
        Keys.checkPrefix(prefix);
        try (Stream<Path> children = Files.list(root.resolve(prefix))) {
            return children.filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> p.getFileName().toString()).filter(n -> !(prefix.isEmpty() && n.equals(TEMP))).sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw FileFaults.of(name(), "list " + prefix, e);
        }
    }

    @Override
    public void delete(String key) throws StoreException {
        Path file = path(key);
        try {
            if (head(key).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw FileFaults.of(name(), "delete " + key, e);
        }
    }

    @Override
    public void check() throws StoreException {
        StoreProbe.run(this);
        removeLeftovers();
    }

    @Override
    public void close() {}

    private void removeLeftovers() throws StoreException {
        Instant old = clock.instant().minus(TEMP_AGE);
        try (Stream<Path> files = Files.list(root.resolve(TEMP))) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // another process of this store removed it first
        } catch (IOException e) {
            throw FileFaults.of(name(), "clean " + TEMP, e);
        }
    }

    private Path path(String key) throws StoreException {
        Keys.check(key);
        if (key.startsWith(TEMP + "/") || key.equals(TEMP)) {
            throw new StoreException(Kind.INVALID, name() + ": key " + key + " (expected: none below " + TEMP + ")",
                    null);
        }
        return root.resolve(key);
    }

    /** Refuses a folder that a symbolic link below the root has moved elsewhere. */
    private void inside(Path folder) throws IOException, StoreException {
        Path real = folder.toRealPath();
        if (!real.equals(root.toRealPath().resolve(root.relativize(folder)))) {
            throw new StoreException(Kind.INVALID, name() + ": " + root.relativize(folder)
                    + " passes through a symbolic link (expected: real folders only)", null);
        }
    }

    private static void write(Path temp, Content content) throws IOException {
        switch (content) {
            case Content.OfBytes of -> Files.write(temp, of.bytes());
            case Content.OfFile of -> Files.copy(of.path(), temp);
        }
        try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static ObjectInfo info(String key, BasicFileAttributes attributes) {
        return new ObjectInfo(key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    /** The first bytes of a stream. */
    private static final class BoundedStream extends InputStream {
        private final InputStream in;
        private long left;

        BoundedStream(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left <= 0) {
                return -1;
            }
            int value = in.read();
            left--;
            return value;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (left <= 0) {
                return length == 0 ? 0 : -1;
            }
            int read = in.read(to, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

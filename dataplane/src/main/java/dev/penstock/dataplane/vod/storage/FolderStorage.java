package dev.penstock.dataplane.vod.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

import io.netty.buffer.ByteBuf;

/**
 * Files below a folder. Links are followed as long as they do not lead out of it; only regular files are opened.
 */
public final class FolderStorage implements Storage {
    private static final int GAP_BYTES = 16 << 10;

    private final Path root;

    /** @param root the folder; need not be there yet */
    public FolderStorage(Path root) {
        this.root = root;
    }

    @Override
    public FileVersion look(String path) throws IOException {
        return version(resolve(path), path);
    }

    @Override
    public SourceFile open(String path) throws IOException {
        Path file = resolve(path);
        FileVersion version = version(file, path);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            // A folder on the way may have become a link since.
            if (!resolve(path).equals(file) || !version(file, path).equals(version)) {
                throw new NoSuchFileException(path);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new OpenFile(channel, version);
    }

    private Path resolve(String path) throws IOException {
        Path base;
        try {
            base = root.toRealPath();
        } catch (IOException e) {
            throw new IOException("the storage's folder cannot be read", e);
        }
        try {
            Path file = base.resolve(path).toRealPath();
            if (file.startsWith(base) && !file.equals(base)) {
                return file;
            }
        } catch (InvalidPathException e) {
            // Not a name in this file system.
        }
        throw new NoSuchFileException(path);
    }

    private static FileVersion version(Path file, String path) throws IOException {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!facts.isRegularFile()) {
            throw new NoSuchFileException(path);
        }
        return new FileVersion(facts.size(), facts.lastModifiedTime().toInstant());
    }

    private record OpenFile(FileChannel channel, FileVersion version) implements SourceFile {
        @Override
        public int gapBytes() {
            return GAP_BYTES;
        }

        @Override
        public void read(long offset, int length, ByteBuf into) throws IOException {
            int left = length;
            long at = offset;
            while (left > 0) {
                int got = into.writeBytes(channel, at, left);
                if (got <= 0) {
                    throw new EOFException("the file has become shorter");
                }
                at += got;
                left -= got;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

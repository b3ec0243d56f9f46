package dev.penstock.dataplane.vod.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;

/** Objects of a store, read by ranges. */
public final class ObjectStorage implements Storage {
    private static final int GAP_BYTES = 256 << 10;

    private final Supplier<Optional<ObjectStore>> store;

    /** @param store gives the store as it is now; asked with each call, nothing while it is not there */
    public ObjectStorage(Supplier<Optional<ObjectStore>> store) {
        this.store = store;
    }

    @Override
    public FileVersion look(String path) throws IOException {
        try {
            ObjectInfo info = store().head(path).orElseThrow(() -> new NoSuchFileException(path));
            return new FileVersion(info.bytes(), info.modified());
        } catch (StoreException e) {
            throw fault(path, e);
        }
    }

    @Override
    public SourceFile open(String path) throws IOException {
        return new OpenObject(path, look(path));
    }

    private ObjectStore store() throws IOException {
        return store.get().orElseThrow(() -> new IOException("its store is not there"));
    }

    private static IOException fault(String path, StoreException e) {
        return switch (e.kind()) {
            case NOT_FOUND, INVALID -> new NoSuchFileException(path);
            case REFUSED, UNAVAILABLE, FULL -> new IOException(e.getMessage(), e);
        };
    }

    private final class OpenObject implements SourceFile {
        private final String path;
        private final FileVersion version;

        OpenObject(String path, FileVersion version) {
            this.path = path;
            this.version = version;
        }

        @Override
        public FileVersion version() {
            return version;
        }

        @Override
        public int gapBytes() {
            return GAP_BYTES;
        }

        @Override
        public void read(long offset, int length, ByteBuf into) throws IOException {
            if (length == 0) {
                return;
            }
            try (StoredObject object = store().get(path, new ByteRange(offset, offset + length - 1))) {
                if (object.total() != version.bytes() || !object.contentEncoding().isEmpty()) {
                    throw new IOException("the object has changed, or is compressed");
                }
                int left = length;
                while (left > 0) {
                    int got = into.writeBytes(object.body(), left);
                    if (got <= 0) {
                        throw new EOFException("the object has become shorter");
                    }
                    left -= got;
                }
            } catch (StoreException e) {
                throw fault(path, e);
            }
        }

        @Override
        public void close() {
            // Nothing is held between reads.
        }
    }
}

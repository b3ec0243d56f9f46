package dev.penstock.dataplane.record;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;

/**
 * Passes stored segments on to viewers. A segment is in memory from the store until the viewer's connection has taken it;
 * all together are bounded, and who finds no room within five seconds is sent away with 503. Safe for use by many threads.
 */
final class StoreProxy {
    private static final int KILOBYTE = 1024;
    private static final long PATIENCE_SECONDS = 5;

    private final Semaphore kilobytes;
    private final int capacity;

    /** @param maxBytes most bytes in memory */
    StoreProxy(long maxBytes) {
        this.capacity = Math.clamp(maxBytes / KILOBYTE, 1, Integer.MAX_VALUE);
        this.kilobytes = new Semaphore(capacity);
    }

    /** Answers with an object; blocks until it is read. */
    void send(Exchange exchange, ObjectStore store, String key, Map<String, String> headers)
            throws StoreException, HttpError, IOException {
        try (StoredObject object = store.get(key, null)) {
            int size = (int) Math.min(object.bytes() / KILOBYTE + 1, Integer.MAX_VALUE);
            if (size > capacity || !acquire(size)) {
                throw new HttpError(503, "too many viewers of stored segments; try again later");
            }
            byte[] bytes;
            try {
                bytes = object.body().readNBytes((int) object.bytes());
                if (bytes.length != object.bytes()) {
                    throw new IOException("stored segment is cut short");
                }
            } catch (IOException | RuntimeException e) {
                kilobytes.release(size);
                throw e;
            }
            exchange.send(200, "video/mp2t", headers, new Lent(bytes, size));
        }
    }

    private boolean acquire(int size) {
        try {
            return kilobytes.tryAcquire(size, PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Bytes that give their room back when they are released. */
    private final class Lent extends UnpooledHeapByteBuf {
        private final int size;

        Lent(byte[] bytes, int size) {
            super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.length);
            this.size = size;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            kilobytes.release(size);
        }
    }
}

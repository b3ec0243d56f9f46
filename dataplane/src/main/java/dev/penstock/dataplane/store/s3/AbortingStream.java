package dev.penstock.dataplane.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;

import software.amazon.awssdk.core.ResponseInputStream;

/**
 * The body of an answer. Closed early it gives the connection up, where the SDK would read the rest of the object first.
 * Used by one thread.
 */
final class AbortingStream extends FilterInputStream {
    private final ResponseInputStream<?> body;
    private long left;

    AbortingStream(ResponseInputStream<?> body, long bytes) {
        super(body);
        this.body = body;
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        left -= value < 0 ? 0 : 1;
        return value;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int read = super.read(to, offset, length);
        left -= Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        if (left > 0) {
            body.abort();
        }
        super.close();
    }
}

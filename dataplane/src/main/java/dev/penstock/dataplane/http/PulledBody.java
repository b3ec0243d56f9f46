package dev.penstock.dataplane.http;

import java.io.IOException;

import io.netty.buffer.ByteBuf;

/**
 * A body of known length that is made as the client takes it. Reads come on virtual threads, one at a time, so they may block; no read
 * comes before the client has room for it.
 */
public interface PulledBody {
    /** Bytes of the whole body; the same each time, at once. */
    long size();

    /**
     * Makes a part of it.
     *
     * @param offset where it begins
     * @param most how many bytes are wanted, at least 1
     * @return 1 to {@code most} bytes, which the caller releases
     * @throws IOException when it cannot be made: the connection is cut
     */
    ByteBuf read(long offset, int most) throws IOException;

    /** No read follows. Called once, on any thread; does not block. */
    void close();
}

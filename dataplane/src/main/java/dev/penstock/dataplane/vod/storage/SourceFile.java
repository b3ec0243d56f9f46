package dev.penstock.dataplane.vod.storage;

import java.io.Closeable;
import java.io.IOException;

import io.netty.buffer.ByteBuf;

/** A file that is open. Blocks; safe for use by many threads. */
public interface SourceFile extends Closeable {
    /** What it was when it was opened. */
    FileVersion version();

    /** Bytes between two that are wanted which are better read too than left out: what a read of its own would cost. */
    int gapBytes();

    /**
     * Reads bytes, all of them.
     *
     * @param offset first byte
     * @param length how many
     * @param into where they are added; has room for them
     * @throws IOException when they cannot be read, or the file has become shorter
     */
    void read(long offset, int length, ByteBuf into) throws IOException;
}

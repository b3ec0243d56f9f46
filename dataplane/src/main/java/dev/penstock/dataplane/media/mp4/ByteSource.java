package dev.penstock.dataplane.media.mp4;

import java.io.IOException;

/** Bytes that can be read anywhere. May block. */
public interface ByteSource {
    /** How many there are. */
    long size();

    /**
     * Reads bytes, all of them.
     *
     * @throws IOException when they cannot be read, or there are not so many
     */
    byte[] read(long offset, int length) throws IOException;
}

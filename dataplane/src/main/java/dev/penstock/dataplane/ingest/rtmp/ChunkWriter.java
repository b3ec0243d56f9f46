package dev.penstock.dataplane.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Cuts messages into chunks (RTMP 1.0, 5.3): a full header, then headers of type 3. One owner. */
final class ChunkWriter {
    /** Chunk stream for control messages (RTMP 1.0, 5.4). */
    static final int CONTROL = 2;
    /** Chunk stream for commands. */
    static final int COMMANDS = 3;
    /** Chunk stream for audio. */
    static final int AUDIO = 4;
    /** Chunk stream for data. */
    static final int DATA = 5;
    /** Chunk stream for video. */
    static final int VIDEO = 6;

    private static final int NO_TIME = 0xffffff;

    private int chunkSize = 128;

    /** For all messages after this. */
    void chunkSize(int size) {
        chunkSize = size;
    }

    /**
     * A message in chunks.
     *
     * @param timestamp ms modulo 2^32
     * @param body read to its end; stays the caller's
     * @return the caller's
     */
    ByteBuf write(ByteBufAllocator allocator, int chunkStream, int type, int stream, long timestamp, ByteBuf body) {
        int length = body.readableBytes();
        boolean extended = timestamp >= NO_TIME;
        int more = length == 0 ? 0 : (length - 1) / chunkSize;
        int extendedBytes = extended ? 4 : 0;
        ByteBuf out = allocator.buffer(12 + extendedBytes + length + more * (1 + extendedBytes));
        out.writeByte(chunkStream).writeMedium(extended ? NO_TIME : (int) timestamp).writeMedium(length).writeByte(type)
                .writeIntLE(stream);
        if (extended) {
            out.writeInt((int) timestamp);
        }
        out.writeBytes(body, Math.min(chunkSize, length));
        while (body.isReadable()) {
            out.writeByte(0xc0 | chunkStream);
            if (extended) {
                out.writeInt((int) timestamp);
            }
            out.writeBytes(body, Math.min(chunkSize, body.readableBytes()));
        }
        return out;
    }
}

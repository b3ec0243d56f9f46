package dev.penstock.dataplane.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a receiver remembers of one chunk stream: the last header, and the message under way. Belongs to its {@link ChunkDecoder}. */
final class ChunkStream {
    final int id;
    /** Time of the message, ms modulo 2^32. */
    long timestamp;
    /** Added by a header without a time. */
    long delta;
    /** The last extended timestamp as it came, meaningful when {@link #hasExtended}. */
    long extended;
    boolean hasExtended;
    /** Whether a complete header came ever. */
    boolean known;
    int length;
    int type;
    int stream;
    /** The message under way, as large as it will be; null between messages. */
    @Nullable
    ByteBuf body;

    ChunkStream(int id) {
        this.id = id;
    }
}

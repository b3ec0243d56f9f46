package dev.penstock.dataplane.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Puts messages together from chunks (RTMP 1.0, 5.3). Bytes may be cut anywhere; each byte of a message is copied once, into a buffer
 * of the message's size. Set Chunk Size and Abort are obeyed here. One owner: the connection's event loop.
 */
final class ChunkDecoder {
    private static final int MOST_HEADER_BYTES = 3 + 11 + 4;
    private static final int NO_TIME = 0xffffff;
    private static final int[] MESSAGE_HEADER_BYTES = {11, 7, 3, 0};

    private final RtmpLimits limits;
    private final ByteBufAllocator allocator;
    private final Messages messages;
    private final ChunkStream[] streams;
    private final byte[] head = new byte[MOST_HEADER_BYTES];
    private int streamCount;
    private int headBytes;
    private ChunkStream current = new ChunkStream(-1);
    private int chunkLeft;
    private int chunkSize = 128;
    private long held;
    private boolean paused;
    private boolean omitsExtended;

    /** Hears messages. */
    @FunctionalInterface
    interface Messages {
        /**
         * A message.
         *
         * @param timestamp ms modulo 2^32
         * @param body ownership passes to this call
         */
        void message(int type, int stream, long timestamp, ByteBuf body);
    }

    ChunkDecoder(RtmpLimits limits, ByteBufAllocator allocator, Messages messages) {
        this.limits = limits;
        this.allocator = allocator;
        this.messages = messages;
        this.streams = new ChunkStream[limits.chunkStreams()];
    }

    /** While paused, {@link #decode} leaves the bytes unread; a message that is being told is the last. */
    void pause(boolean isPaused) {
        paused = isPaused;
    }

    /**
     * Reads on.
     *
     * @param in read to its end unless paused; stays the caller's
     * @throws RtmpFault when the peer breaks the protocol or a limit; the decoder must be closed then
     */
    void decode(ByteBuf in) {
        while (in.isReadable() && !paused) {
            if (chunkLeft > 0) {
                payload(in);
            } else if (header(in)) {
                begin();
            }
        }
    }

    /** Releases what is unfinished; harmless when repeated. */
    void close() {
        paused = true;
        for (int i = 0; i < streamCount; i++) {
            drop(streams[i]);
        }
    }

    private void payload(ByteBuf in) {
        ByteBuf body = current.body;
        if (body == null) {
            throw new IllegalStateException("payload without message");
        }
        int count = Math.min(chunkLeft, in.readableBytes());
        body.writeBytes(in, count);
        chunkLeft -= count;
        if (!body.isWritable()) {
            complete(body);
        }
    }

    private void complete(ByteBuf body) {
        current.body = null;
        held -= current.length;
        switch (current.type) {
            case MessageType.SET_CHUNK_SIZE -> {
                long size = number(body) & 0x7fffffffL;
                if (size == 0) {
                    throw new RtmpFault("chunk size 0 (expected: at least 1)");
                }
                chunkSize = (int) size;
            }
            case MessageType.ABORT -> abort((int) number(body));
            default -> messages.message(current.type, current.stream, current.timestamp, body);
        }
    }

    private static long number(ByteBuf body) {
        try {
            if (body.readableBytes() < 4) {
                throw new RtmpFault("a control message of " + body.readableBytes() + " bytes (expected: 4)");
            }
            return body.readUnsignedInt();
        } finally {
            body.release();
        }
    }

    private void abort(int id) {
        for (int i = 0; i < streamCount; i++) {
            if (streams[i].id == id) {
                drop(streams[i]);
            }
        }
    }

    private void drop(ChunkStream stream) {
        if (stream.body != null) {
            held -= stream.length;
            stream.body.release();
            stream.body = null;
        }
    }

    /** Collects the header of a chunk; whether it is complete. */
    private boolean header(ByteBuf in) {
        for (int need = needed(); headBytes < need; need = needed()) {
            int count = Math.min(need - headBytes, in.readableBytes());
            if (count == 0) {
                return false;
            }
            in.readBytes(head, headBytes, count);
            headBytes += count;
        }
        return true;
    }

    /** Bytes of the header, as far as those that are there tell. */
    private int needed() {
        if (headBytes == 0) {
            return 1;
        }
        int basic = basicBytes();
        if (headBytes < basic) {
            return basic;
        }
        int format = format();
        int plain = basic + MESSAGE_HEADER_BYTES[format];
        if (headBytes < plain) {
            return plain;
        }
        if (format < 3) {
            return unsigned24(basic) == NO_TIME ? plain + 4 : plain;
        }
        ChunkStream stream = stream(basic);
        return stream.hasExtended && !omitsExtended ? plain + 4 : plain;
    }

    private int format() {
        return (head[0] & 0xff) >> 6;
    }

    /** RTMP 1.0, 5.3.1.1: 6 bits, or 1 or 2 bytes more. */
    private int basicBytes() {
        int low = head[0] & 0x3f;
        return low == 0 ? 2 : low == 1 ? 3 : 1;
    }

    private int chunkStreamId(int basic) {
        return switch (basic) {
            case 2 -> 64 + (head[1] & 0xff);
            case 3 -> 64 + (head[1] & 0xff) + ((head[2] & 0xff) << 8);
            default -> head[0] & 0x3f;
        };
    }

    private ChunkStream stream(int basic) {
        int id = chunkStreamId(basic);
        if (current.id == id) {
            return current;
        }
        for (int i = 0; i < streamCount; i++) {
            if (streams[i].id == id) {
                return streams[i];
            }
        }
        if (streamCount == streams.length) {
            throw new RtmpFault("more than " + streams.length + " chunk streams");
        }
        ChunkStream fresh = new ChunkStream(id);
        streams[streamCount++] = fresh;
        return fresh;
    }

    /** A header is complete: what follows is payload. */
    private void begin() {
        int basic = basicBytes();
        int format = format();
        int size = headBytes;
        current = stream(basic);
        headBytes = 0;
        boolean extended = size > basic + MESSAGE_HEADER_BYTES[format];
        long value = extended ? unsigned32(size - 4) : 0;
        if (current.body != null && format == 3) {
            proceed(current.body, extended, value);
            return;
        }
        drop(current);
        if (format != 0 && !current.known) {
            throw new RtmpFault("chunk stream " + current.id + " starts with a header of type " + format
                    + " (expected: 0)");
        }
        fields(format, basic, extended, value);
        int limit = MessageType.isMedia(current.type) ? limits.mediaBytes() : limits.commandBytes();
        if (current.length > limit) {
            throw new RtmpFault(
                    "a message of type " + current.type + " with " + current.length + " bytes (expected: at most "
                            + limit + ")");
        }
        held += current.length;
        if (held > limits.heldBytes()) {
            held -= current.length;
            throw new RtmpFault("unfinished messages of more than " + limits.heldBytes() + " bytes");
        }
        if (current.length == 0) {
            complete(Unpooled.EMPTY_BUFFER);
            return;
        }
        current.body = allocator.buffer(current.length, current.length);
        chunkLeft = Math.min(chunkSize, current.length);
    }

    private void fields(int format, int basic, boolean extended, long value) {
        if (format < 3) {
            long time = extended ? value : unsigned24(basic);
            current.hasExtended = extended;
            current.extended = value;
            current.delta = format == 0 ? 0 : time;
            current.timestamp = format == 0 ? time : (current.timestamp + time) & 0xffff_ffffL;
        } else {
            current.timestamp = (current.timestamp + current.delta) & 0xffff_ffffL;
        }
        if (format < 2) {
            current.length = unsigned24(basic + 3);
            current.type = head[basic + 6] & 0xff;
        }
        if (format == 0) {
            // The only number in little-endian order.
            current.stream = Integer.reverseBytes((int) unsigned32(basic + 7));
        }
        current.known = true;
    }

    /** The next chunk of a message. */
    private void proceed(ByteBuf body, boolean extended, long value) {
        chunkLeft = Math.min(chunkSize, body.writableBytes());
        if (extended && value != current.extended && value != current.timestamp && chunkLeft >= 4) {
            // Some senders repeat no extended timestamp here (RTMP 1.0, 5.3.1.3 was read either way): these bytes are payload.
            omitsExtended = true;
            body.writeInt((int) value);
            chunkLeft -= 4;
            if (!body.isWritable()) {
                complete(body);
            }
        }
    }

    private int unsigned24(int at) {
        return (head[at] & 0xff) << 16 | (head[at + 1] & 0xff) << 8 | (head[at + 2] & 0xff);
    }

    private long unsigned32(int at) {
        return (long) unsigned24(at) << 8 | (head[at + 3] & 0xff);
    }
}

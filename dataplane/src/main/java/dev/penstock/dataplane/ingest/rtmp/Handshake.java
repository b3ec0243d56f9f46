package dev.penstock.dataplane.ingest.rtmp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The handshake (RTMP 1.0, 5.2), either side, in its simple form. Clients that send the form with digests are accepted: version 0 in our
 * answer tells them that it has none. Bytes may be cut anywhere. One owner.
 */
final class Handshake {
    private static final int VERSION = 3;
    private static final int BLOCK = 1536;

    private final boolean server;
    private final ByteBuf received;
    private boolean answered;
    private boolean complete;
    private boolean closed;

    /**
     * @param allocator gives the buffer that {@link #close} releases
     */
    Handshake(boolean server, ByteBufAllocator allocator) {
        this.server = server;
        this.received = allocator.buffer(1 + BLOCK, 1 + BLOCK);
    }

    /** What a client says first: C0 and C1. */
    static ByteBuf hello(ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(1 + BLOCK);
        return filler(out.writeByte(VERSION));
    }

    boolean isComplete() {
        return complete;
    }

    /** Whether anything came. */
    boolean isStarted() {
        return answered || (!closed && received.isReadable());
    }

    /**
     * Reads on, at most to the end of the handshake.
     *
     * @param in stays the caller's
     * @return what to say now, the caller's; null for nothing
     * @throws RtmpFault when the peer speaks something else
     */
    @Nullable
    ByteBuf read(ByteBuf in) {
        if (!answered) {
            in.readBytes(received, Math.min(received.writableBytes(), in.readableBytes()));
            if (received.isReadable()) {
                check(received.getUnsignedByte(0));
            }
            if (received.isWritable()) {
                return null;
            }
            answered = true;
            ByteBuf answer = answer(in.alloc());
            received.clear().writeByte(0);
            return answer;
        }
        // C2 or S2: an echo, which nobody needs.
        int count = Math.min(received.writableBytes(), in.readableBytes());
        in.skipBytes(count);
        received.writerIndex(received.writerIndex() + count);
        complete = !received.isWritable();
        return null;
    }

    /** S0, S1 and S2 to a client's C0 and C1; C2 to a server's S0 and S1. */
    private ByteBuf answer(ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(1 + 2 * BLOCK);
        if (server) {
            filler(out.writeByte(VERSION));
        }
        return out.writeBytes(received, 1, BLOCK);
    }

    /** Time 0, version 0, and bytes that need not be random: nobody proves anything by them. */
    private static ByteBuf filler(ByteBuf out) {
        out.writeLong(0);
        for (int i = 8; i < BLOCK; i++) {
            out.writeByte(i);
        }
        return out;
    }

    private static void check(int version) {
        if (version != VERSION) {
            String what = switch (version) {
                case 0x16 -> " as TLS does";
                case 'G', 'P', 'H', 'O' -> " as HTTP does";
                case 6, 8, 9 -> " as encrypted RTMP does";
                default -> "";
            };
            throw new RtmpFault("the connection starts with 0x" + Integer.toHexString(version) + what
                    + " (expected: 0x3, RTMP)");
        }
    }

    /** Releases what was received; harmless when repeated. */
    void close() {
        // A buffer that was released may be somebody else's by now, so its count says nothing.
        if (!closed) {
            closed = true;
            received.release();
        }
    }
}

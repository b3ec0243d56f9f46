package dev.penstock.dataplane.ingest.rtsp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Takes a connection's bytes apart, cut anywhere: answers, requests of the server, and interleaved packets (RFC 2326 10.12). Packets
 * that lie whole in a buffer are handed on where they lie; only one that is cut is copied. Bytes between messages are skipped up to
 * a limit. One owner.
 */
final class RtspDecoder {
    private static final int MAGIC = '$';
    private static final int PREFIX = 4;

    private final RtspLimits limits;
    private final ByteBufAllocator allocator;
    private final Output out;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(0);
    private @Nullable ByteBuf rest;
    private State state = State.BETWEEN;
    private int lineBytes;
    private int bodyBytes;
    private List<String> head = List.of();
    private int junk;
    private boolean closed;

    private enum State {
        BETWEEN, PACKET, HEAD, BODY
    }

    /** Hears what is there. Each call may close the decoder. */
    interface Output {
        void answer(RtspAnswer answer);

        /** The server asks for something. */
        void request(String method, Map<String, List<String>> headers);

        /** An interleaved packet: read from {@code at} to {@code end}; neither kept nor changed. */
        void packet(int channel, ByteBuf buf, int at, int end);

        /** What came is no RTSP, or is too large. */
        void failed(String reason);
    }

    RtspDecoder(RtspLimits limits, ByteBufAllocator allocator, Output out) {
        this.limits = limits;
        this.allocator = allocator;
        this.out = out;
    }

    /** More bytes; they stay the caller's. */
    void feed(ByteBuf in) {
        while (in.isReadable() && !closed) {
            switch (state) {
                case BETWEEN -> between(in);
                case PACKET -> more(in);
                case HEAD -> head(in);
                case BODY -> body(in);
            }
        }
    }

    /** Frees what is held; nothing more is told. */
    void close() {
        closed = true;
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    private void between(ByteBuf in) {
        int at = in.readerIndex();
        int first = in.getUnsignedByte(at);
        if (first == MAGIC) {
            int end = in.readableBytes() < PREFIX ? -1 : at + PREFIX + in.getUnsignedShort(at + 2);
            if (end < 0 || end > in.writerIndex()) {
                ByteBuf begun = allocator.buffer(end < 0 ? PREFIX : end - at);
                rest = begun.writeBytes(in);
                state = State.PACKET;
            } else {
                in.readerIndex(end);
                out.packet(in.getUnsignedByte(at + 1), in, at + PREFIX, end);
            }
        } else if (first >= 'A' && first <= 'Z') {
            text.reset();
            lineBytes = 0;
            state = State.HEAD;
        } else {
            in.skipBytes(1);
            if (first != '\r' && first != '\n' && ++junk > limits.maxJunkBytes()) {
                out.failed("sends something that is not RTSP");
            }
        }
    }

    /** The rest of a packet that was cut. */
    private void more(ByteBuf in) {
        ByteBuf sum = rest;
        if (sum == null) {
            state = State.BETWEEN;
            return;
        }
        int wanted = sum.readableBytes() < PREFIX ? PREFIX : PREFIX + sum.getUnsignedShort(sum.readerIndex() + 2);
        sum.writeBytes(in, Math.min(wanted - sum.readableBytes(), in.readableBytes()));
        if (sum.readableBytes() < PREFIX) {
            return;
        }
        int end = sum.readerIndex() + PREFIX + sum.getUnsignedShort(sum.readerIndex() + 2);
        if (sum.writerIndex() < end) {
            return;
        }
        rest = null;
        state = State.BETWEEN;
        try {
            out.packet(sum.getUnsignedByte(sum.readerIndex() + 1), sum, sum.readerIndex() + PREFIX, end);
        } finally {
            sum.release();
        }
    }

    private void head(ByteBuf in) {
        while (in.isReadable()) {
            int next = in.readByte();
            if (next == '\r') {
                continue;
            }
            if (next == '\n' && lineBytes == 0) {
                headDone();
                return;
            }
            lineBytes = next == '\n' ? 0 : lineBytes + 1;
            text.write(next);
            if (text.size() > limits.maxHeaderBytes()) {
                out.failed("sent an answer with a head of more than " + limits.maxHeaderBytes() + " bytes");
                return;
            }
        }
    }

    private void headDone() {
        head = text.toString(StandardCharsets.UTF_8).lines().toList();
        text.reset();
        Map<String, List<String>> headers = RtspAnswer.headers(head);
        String length = headers.getOrDefault("content-length", List.of("0")).getFirst();
        try {
            bodyBytes = Integer.parseInt(length);
        } catch (NumberFormatException e) {
            bodyBytes = -1;
        }
        if (bodyBytes < 0 || bodyBytes > limits.maxBodyBytes()) {
            out.failed("sent an answer with Content-Length " + RtspAnswer.printable(length) + " (expected: 0 to "
                    + limits.maxBodyBytes() + ")");
        } else if (bodyBytes == 0) {
            message("");
        } else {
            state = State.BODY;
        }
    }

    private void body(ByteBuf in) {
        while (in.isReadable() && text.size() < bodyBytes) {
            text.write(in.readByte());
        }
        if (text.size() == bodyBytes) {
            String body = text.toString(StandardCharsets.UTF_8);
            text.reset();
            message(body);
        }
    }

    private void message(String body) {
        state = State.BETWEEN;
        String[] start = head.getFirst().split(" ", 3);
        Map<String, List<String>> headers = RtspAnswer.headers(head.subList(1, head.size()));
        if (!start[0].startsWith("RTSP/")) {
            if (start.length == 3 && start[2].startsWith("RTSP/")) {
                out.request(start[0], headers);
            } else {
                out.failed("answered with " + RtspAnswer.printable(head.getFirst()) + " (expected: RTSP/1.0)");
            }
            return;
        }
        try {
            int status = start.length < 2 ? 0 : Integer.parseInt(start[1]);
            out.answer(new RtspAnswer(status, start.length > 2 ? start[2] : "", headers, body));
        } catch (NumberFormatException e) {
            out.failed("answered with " + RtspAnswer.printable(head.getFirst()) + " (expected: a status)");
        }
    }
}

package dev.penstock.dataplane.ingest.push;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.http.BodySink;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.media.ts.TsPacket;

/** One segment on its way in, kept until it is whole: half a segment is none. Owned by the connection's event loop. */
final class SegmentUpload implements BodySink {
    private static final int START_BYTES = 256 << 10;

    private final Exchange exchange;
    private final long sequence;
    private final SegmentPush.Entered to;
    private final HttpPushLimits limits;
    private final AtomicLong pending;
    private final ByteBuf body = ByteBufAllocator.DEFAULT.buffer(START_BYTES);
    private boolean over;

    /** @param pending bytes of all segments that are kept */
    SegmentUpload(Exchange exchange, long sequence, SegmentPush.Entered to, HttpPushLimits limits, AtomicLong pending) {
        this.exchange = exchange;
        this.sequence = sequence;
        this.to = to;
        this.limits = limits;
        this.pending = pending;
    }

    @Override
    public void piece(ByteBuf piece) {
        int bytes = piece.readableBytes();
        if (!over && body.readableBytes() + bytes > limits.segmentBytes()) {
            refuse(new HttpError(413,
                    "segment " + sequence + " (expected: at most " + limits.segmentBytes() + " bytes)"));
        }
        if (!over && pending.addAndGet(bytes) > limits.pendingBytes()) {
            pending.addAndGet(-bytes);
            refuse(new HttpError(503, "too many segments are being uploaded; try again", Map.of("Retry-After", "2")));
        }
        if (!over) {
            body.writeBytes(piece);
        }
        piece.release();
    }

    @Override
    public void complete() {
        if (over) {
            return;
        }
        if (body.readableBytes() < TsPacket.SIZE || body.getByte(0) != TsPacket.SYNC) {
            refuse(new HttpError(415, "segment " + sequence + " (expected: packets of MPEG-TS)"));
            return;
        }
        over = true;
        CRC32 crc = new CRC32();
        crc.update(body.nioBuffer());
        try {
            to.publication().loop().execute(() -> answer(to.segments().add(sequence, body, crc.getValue())));
        } catch (RejectedExecutionException e) {
            drop();
        }
    }

    private void answer(SegmentSession.Outcome outcome) {
        if (outcome == SegmentSession.Outcome.CLOSED) {
            exchange.fail(new HttpError(409, "segment " + sequence + ": " + outcome.words()));
        } else {
            exchange.send(200, SegmentPush.TEXT, SegmentPush.NO_STORE,
                    "segment " + sequence + ": " + outcome.words() + "\n");
        }
    }

    @Override
    public void broken(String reason) {
        if (!over) {
            over = true;
            drop();
        }
    }

    private void refuse(HttpError error) {
        over = true;
        drop();
        exchange.fail(error);
    }

    private void drop() {
        pending.addAndGet(-body.readableBytes());
        body.release();
    }
}

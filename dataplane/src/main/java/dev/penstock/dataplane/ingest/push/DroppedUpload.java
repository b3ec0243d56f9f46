package dev.penstock.dataplane.ingest.push;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.http.BodySink;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/** A body that nobody needs: read, so that the connection stays, and dropped. Owned by the connection's event loop. */
final class DroppedUpload implements BodySink {
    private final Exchange exchange;
    private final int mostBytes;
    private long bytes;

    DroppedUpload(Exchange exchange, int mostBytes) {
        this.exchange = exchange;
        this.mostBytes = mostBytes;
    }

    @Override
    public void piece(ByteBuf piece) {
        long before = bytes;
        bytes += piece.readableBytes();
        piece.release();
        if (before <= mostBytes && bytes > mostBytes) {
            exchange.fail(new HttpError(413, "body (expected: at most " + mostBytes + " bytes)"));
        }
    }

    @Override
    public void complete() {
        if (bytes <= mostBytes) {
            exchange.send(200, SegmentPush.TEXT, SegmentPush.NO_STORE, "not needed; ignored\n");
        }
    }

    @Override
    public void broken(String reason) {}
}

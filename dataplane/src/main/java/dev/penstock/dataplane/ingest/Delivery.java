package dev.penstock.dataplane.ingest;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.ts.TsPacket;

/** Hands one source's packets to the sink, with begin and end in the right places, and counts. One owner: the event loop. */
final class Delivery {
    private final SampleSink sink;
    private final SourceListener listener;
    private final IngestCounters counters;
    private final IngestMetrics metrics;
    private final SourceInfo info;
    private boolean begun;

    Delivery(SampleSink sink, SourceListener listener, IngestCounters counters, IngestMetrics metrics,
            SourceInfo info) {
        this.sink = sink;
        this.listener = listener;
        this.counters = counters;
        this.metrics = metrics;
        this.info = info;
    }

    SourceInfo info() {
        return info;
    }

    /**
     * Hands packets on.
     *
     * @param packets ownership passes to this call
     * @param again the source delivered before, so that the listener knows
     */
    void packets(ByteBuf packets, boolean again) {
        int bytes = packets.readableBytes();
        counters.packets(bytes / TsPacket.SIZE, bytes);
        metrics.packets(info.protocol(), bytes / TsPacket.SIZE, bytes);
        if (!begun) {
            begun = true;
            metrics.connected(info.protocol(), 1);
            sink.begin(info);
            if (!again) {
                listener.connected(info);
            }
        }
        sink.packets(packets);
    }

    void skipped(long bytes) {
        counters.skipped(bytes);
        metrics.skipped(info.protocol(), bytes);
    }

    /** The source waits for its next writer. */
    void waiting() {
        listener.connecting(info);
    }

    /** What was begun ends. */
    void end(String reason) {
        if (begun) {
            begun = false;
            metrics.connected(info.protocol(), -1);
            sink.end(reason);
        }
    }
}

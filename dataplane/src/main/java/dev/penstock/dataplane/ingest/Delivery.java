package dev.penstock.dataplane.ingest;

import java.util.List;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;
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
        begin(again);
        sink.packets(packets);
    }

    /** What follows is not continuous with what came, unless it has begun already. */
    void begin(boolean again) {
        if (!begun) {
            begun = true;
            metrics.connected(info.protocol(), 1);
            sink.begin(info);
            if (!again) {
                listener.connected(info);
            }
        }
    }

    void tracks(List<Track> tracks) {
        sink.tracks(tracks);
    }

    /** Hands an access unit on; it has begun, and its tracks were told. */
    void sample(Sample sample) {
        int bytes = sample.data().readableBytes();
        counters.packets(1, bytes);
        metrics.packets(info.protocol(), 1, bytes);
        sink.sample(sample);
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

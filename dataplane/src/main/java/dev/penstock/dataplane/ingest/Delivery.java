package dev.penstock.dataplane.ingest;

import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.GopBuffer;
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
    /** Where media goes while another source delivers. */
    private @Nullable GopBuffer hold;
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

    /** Another source delivers: media is kept from its newest key access unit on, and nobody hears of this one. */
    void standAside(String reason) {
        end(reason);
        if (hold == null) {
            hold = new GopBuffer();
        }
    }

    /** This is the source that delivers now: the sink gets what was kept, and all that follows. */
    void goLive() {
        GopBuffer kept = hold;
        hold = null;
        if (kept != null) {
            if (kept.hasKey()) {
                begin(false);
                kept.drainTo(sink);
            }
            kept.reset();
        }
    }

    /** Whether nobody gets what the source sends. */
    boolean isAside() {
        return hold != null;
    }

    /**
     * Hands packets on.
     *
     * @param packets ownership passes to this call
     * @param again the source delivered before, so that the listener knows
     * @return whether the source stands aside and this was a place to begin with it
     */
    boolean packets(ByteBuf packets, boolean again) {
        int bytes = packets.readableBytes();
        counters.packets(bytes / TsPacket.SIZE, bytes);
        metrics.packets(info.protocol(), bytes / TsPacket.SIZE, bytes);
        if (hold != null) {
            return hold.packets(packets);
        }
        begin(again);
        sink.packets(packets);
        return false;
    }

    /** What follows is not continuous with what came, unless it has begun already. */
    void begin(boolean again) {
        if (!begun && hold == null) {
            begun = true;
            metrics.connected(info.protocol(), 1);
            sink.begin(info);
            if (!again) {
                listener.connected(info);
            }
        }
    }

    void tracks(List<Track> tracks) {
        if (hold != null) {
            hold.tracks(tracks);
        } else if (begun) {
            sink.tracks(tracks);
        }
    }

    /**
     * Hands an access unit on; it has begun, and its tracks were told.
     *
     * @return whether the source stands aside and this was a place to begin with it
     */
    boolean sample(Sample sample) {
        int bytes = sample.data().readableBytes();
        counters.packets(1, bytes);
        metrics.packets(info.protocol(), 1, bytes);
        if (hold != null) {
            return hold.sample(sample);
        }
        sink.sample(sample);
        return false;
    }

    void noted(String note) {
        listener.noted(info, note);
    }

    void skipped(long bytes) {
        counters.skipped(bytes);
        metrics.skipped(info.protocol(), bytes);
    }

    /** The source waits for its next writer. */
    void waiting() {
        if (hold == null) {
            listener.connecting(info);
        }
    }

    /** What was begun ends. */
    void end(String reason) {
        if (hold != null) {
            hold.reset();
        }
        if (begun) {
            begun = false;
            metrics.connected(info.protocol(), -1);
            sink.end(reason);
        }
    }
}

package dev.penstock.dataplane.ingest.hls;

import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.PacedQueue;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.fmp4.Fmp4Events;
import dev.penstock.dataplane.media.fmp4.Fmp4Reader;

/** Takes access units out of fMP4 segments and puts them into the queue, by their decoding times. One owner: the event loop. */
final class Fmp4Segments implements Fmp4Events {
    private final PacedQueue queue;
    private final InputEvents events;
    private final Runnable gone;
    private final Consumer<String> refused;
    private byte[] initialization = {};
    private List<Track> tracks = List.of();
    private Fmp4Reader reader;
    private long found;
    private boolean closed;

    /**
     * @param gone called when an access unit has gone on
     * @param refused hears why nothing more can be read
     */
    Fmp4Segments(PacedQueue queue, InputEvents events, Runnable gone, Consumer<String> refused) {
        this.queue = queue;
        this.events = events;
        this.gone = gone;
        this.refused = refused;
        this.reader = new Fmp4Reader(this);
    }

    /** Another initialization section (RFC 8216 4.3.2.5); the bytes stay the caller's. */
    void initialize(ByteBuf section) {
        initialization = ByteBufUtil.getBytes(section);
        restart();
    }

    /** What follows is not continuous with what came, or the segment before was not whole. */
    void restart() {
        reader.end();
        reader = new Fmp4Reader(this);
        reader.feed(Unpooled.wrappedBuffer(initialization));
    }

    /** Bytes of a segment; ownership passes to this call. */
    void feed(ByteBuf bytes) {
        try {
            reader.feed(bytes);
        } finally {
            bytes.release();
        }
    }

    /** Access units found since the last call. */
    long found() {
        long now = found;
        found = 0;
        return now;
    }

    /** Releases what is held. */
    void close() {
        closed = true;
        reader.end();
    }

    @Override
    public void tracks(List<Track> now) {
        tracks = now;
        queue.then(() -> events.tracks(now));
    }

    @Override
    public void sample(Sample sample) {
        if (closed) {
            sample.data().release();
            return;
        }
        found++;
        queue.at(sample.dts(), sample.data(), data -> {
            events.sample(sample);
            gone.run();
        });
    }

    @Override
    public void discontinuity() {
        queue.then(() -> {
            queue.restart();
            events.restarted("decoding times went back", false);
        });
        tracks(tracks);
    }

    @Override
    public void refused(String reason) {
        refused.accept(reason);
    }
}

package dev.penstock.dataplane.ingest;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;

/** Writes down what a source delivers and what becomes of it; checks the order of the calls. */
final class RecordingSink implements SampleSink, SourceListener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private final List<Seen> samples = new ArrayList<>();
    private boolean begun;

    /** An access unit that came. */
    record Seen(int track, long dts, long pts, boolean key, int bytes) {}

    @Override
    public synchronized void begin(SourceInfo source) {
        note(begun ? "BEGIN TWICE" : "begin " + source.index());
        begun = true;
    }

    @Override
    public synchronized void packets(ByteBuf packets) {
        if (!begun || packets.readableBytes() % 188 != 0 || packets.readableBytes() > 65_536) {
            note("BAD PACKETS");
        }
        bytes.writeBytes(ByteBufUtil.getBytes(packets));
        packets.release();
    }

    @Override
    public synchronized void tracks(List<Track> tracks) {
        note(begun ? "tracks " + tracks : "TRACKS WITHOUT BEGIN");
    }

    @Override
    public synchronized void sample(Sample sample) {
        note(begun ? "sample " + sample.track() : "SAMPLE WITHOUT BEGIN");
        samples.add(new Seen(sample.track(), sample.dts(), sample.pts(), sample.key(), sample.data().readableBytes()));
        byte[] data = new byte[sample.data().readableBytes()];
        sample.data().readBytes(data);
        sample.data().release();
        bytes.writeBytes(data);
    }

    @Override
    public synchronized void end(String reason) {
        note(begun ? "end " + reason : "END WITHOUT BEGIN");
        begun = false;
    }

    @Override
    public void connecting(SourceInfo source) {
        note("connecting " + source.index());
    }

    @Override
    public void connected(SourceInfo source) {
        note("connected " + source.index());
    }

    @Override
    public void failed(SourceInfo source, String reason, Duration retryIn) {
        note("failed " + source.index() + " " + reason + (retryIn.isZero() ? "; at once" : "; later"));
    }

    @Override
    public void noted(SourceInfo source, String note) {
        note("noted " + source.index() + " " + note);
    }

    @Override
    public void ended(SourceInfo source, String reason) {
        note("over " + reason);
    }

    private synchronized void note(String event) {
        events.add(event);
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    synchronized List<Seen> samples() {
        return List.copyOf(samples);
    }

    synchronized int size() {
        return bytes.size();
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    long count(String event) {
        return events().stream().filter(e -> e.startsWith(event)).count();
    }

    void await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit + ": " + events() + ", " + size() + " bytes");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    void awaitEvent(String event) {
        await(Duration.ofSeconds(10), () -> count(event) > 0);
    }
}

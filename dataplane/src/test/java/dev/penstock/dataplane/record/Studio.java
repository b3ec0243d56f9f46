package dev.penstock.dataplane.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.record.spool.DiskFiles;
import dev.penstock.dataplane.record.spool.SpoolBudget;
import dev.penstock.dataplane.record.spool.SpoolFiles;
import dev.penstock.dataplane.record.upload.Backoff;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.store.layout.SegmentName;

import static org.assertj.core.api.Assertions.assertThat;

/** A stream to record, a clock that tests set, and recorders on one spool folder. */
final class Studio {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    static final StreamShape SHAPE = new StreamShape("avc1.42c01f,mp4a.40.2", 320, 180, 25);
    static final int SEGMENT_MS = 2000;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<Segment> made = new ArrayList<>();
    private final Path folder;
    private final RecordingMetrics metrics = new RecordingMetrics(meters);
    private final Random random = new Random(1);
    SpoolFiles files = new DiskFiles();
    SpoolBudget budget = new SpoolBudget(1L << 30);
    long maxBytes = 1L << 30;
    SessionPolicy policy = SessionPolicy.DEFAULT;
    boolean bucketLive;
    volatile Instant now = START;
    long sequence = 216_000_000L;
    long discontinuity = 216_000_000L;
    long mediaMs;
    int segmentMs = SEGMENT_MS;

    Studio(Path folder) {
        this.folder = folder;
    }

    Recorder recorder(Supplier<ObjectStore> store) {
        RecorderConfig config = new RecorderConfig(new RecorderConfig.Identity("shop", "door", "cam-1", "pod-0"),
                policy,
                new RecorderConfig.SpoolPolicy(folder, maxBytes), store, 4, bucketLive, () -> 3);
        InstantSource clock = () -> now;
        return new Recorder(config, new RecorderContext(clock, System::nanoTime, random, files, budget,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)), metrics));
    }

    /** The next segment is recorded; the clock goes on by its duration. */
    Segment record(Recorder recorder) {
        return record(recorder, Unpooled.wrappedBuffer(content(sequence)));
    }

    /** The next segment, with this content. */
    Segment record(Recorder recorder, ByteBuf content) {
        Segment segment = new Segment(new Segment.Info(sequence++, discontinuity, false, true,
                START.toEpochMilli() + mediaMs, segmentMs * 90L, content.readableBytes(), SHAPE), content);
        mediaMs += segmentMs;
        now = START.plusMillis(mediaMs);
        recorder.finished(segment);
        segment.release();
        made.add(segment);
        return segment;
    }

    /** The next segment is lost before it reaches the recorder. */
    void skip() {
        sequence++;
        mediaMs += SEGMENT_MS;
    }

    /** The stream starts again after a break, as a segmenter does after a restart. */
    void restart(Duration pause) {
        mediaMs += pause.toMillis();
        now = START.plusMillis(mediaMs);
        sequence += 1000;
        discontinuity = sequence;
    }

    static byte[] content(long sequence) {
        return ("segment " + sequence + " ").repeat(100).getBytes(StandardCharsets.UTF_8);
    }

    static List<String> keys(ObjectStore store) throws StoreException {
        List<String> keys = new ArrayList<>();
        List<ObjectInfo> page = store.list("", "", 1000);
        while (!page.isEmpty()) {
            page.forEach(object -> keys.add(object.key()));
            page = store.list("", keys.getLast(), 1000);
        }
        return keys;
    }

    /** Numbers of the segments in a store, in the order of a listing. */
    static List<Long> sequences(ObjectStore store) throws StoreException {
        return keys(store).stream().flatMap(k -> SegmentName.parse(k.substring(k.lastIndexOf('/') + 1)).stream())
                .map(SegmentName::sequence).toList();
    }

    static String text(ObjectStore store, String key) throws StoreException, IOException {
        try (StoredObject object = store.get(key, null)) {
            return new String(object.decoded().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The only object whose key ends so. */
    static String textOf(ObjectStore store, String end) throws StoreException, IOException {
        List<String> found = keys(store).stream().filter(k -> k.endsWith(end)).toList();
        assertThat(found).as(end).hasSize(1);
        return text(store, found.getFirst());
    }

    /** Waits until something holds; fails after 20 s. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait for: " + what).isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }
}

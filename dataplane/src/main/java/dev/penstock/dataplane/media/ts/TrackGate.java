package dev.penstock.dataplane.media.ts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * Announces tracks before their samples: once all wanted ones have a configuration; or, with those that have, when 2 s or 8 MiB of
 * samples wait. One that comes later is announced then. One owner.
 */
final class TrackGate {
    private static final long MAX_WAIT_TICKS = 180_000;
    private static final int MAX_WAIT_BYTES = 8 * 1024 * 1024;

    private final DemuxEvents events;
    private final Map<Integer, Codec> wanted = new TreeMap<>();
    private final Map<Integer, Track> known = new TreeMap<>();
    private final Queue<Sample> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private List<Track> announced = List.of();
    private boolean open;

    TrackGate(DemuxEvents events) {
        this.events = events;
    }

    /** The tracks that there are from now on, by number; configurations of those that stay are kept. */
    void expect(Map<Integer, Codec> tracks) {
        open();
        wanted.clear();
        wanted.putAll(tracks);
        known.keySet().retainAll(tracks.keySet());
        open = false;
        announceWhenKnown();
    }

    /** A configuration. */
    void config(int track, byte[] config) {
        Track now = new Track(track, wanted.get(track), config);
        Track before = known.get(track);
        if (now.equals(before)) {
            return;
        }
        if (before != null) {
            open();
        }
        known.put(track, now);
        if (open) {
            announce();
        } else {
            announceWhenKnown();
        }
    }

    /** A sample of a track that has a configuration; takes ownership. */
    void sample(Sample sample) {
        if (open) {
            events.sample(sample);
            return;
        }
        waiting.add(sample);
        waitingBytes += sample.data().readableBytes();
        if (waitingBytes > MAX_WAIT_BYTES || Math.abs(sample.dts() - waiting.element().dts()) > MAX_WAIT_TICKS) {
            open();
        }
    }

    private void announceWhenKnown() {
        if (!wanted.isEmpty() && known.size() == wanted.size()) {
            open();
        }
    }

    /** Announces what is known and hands over what waits; does nothing while nothing is known. */
    void open() {
        if (open || known.isEmpty()) {
            return;
        }
        open = true;
        announce();
        for (Sample sample = waiting.poll(); sample != null; sample = waiting.poll()) {
            events.sample(sample);
        }
        waitingBytes = 0;
    }

    private void announce() {
        List<Track> now = new ArrayList<>(known.values());
        now.sort((a, b) -> Boolean.compare(b.codec().isVideo(), a.codec().isVideo()));
        if (!now.equals(announced)) {
            announced = List.copyOf(now);
            events.tracks(announced);
        }
    }

    /** Releases what waits. */
    void close() {
        for (Sample sample = waiting.poll(); sample != null; sample = waiting.poll()) {
            sample.data().release();
        }
    }
}

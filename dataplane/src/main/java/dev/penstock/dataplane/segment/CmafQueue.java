package dev.penstock.dataplane.segment;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;

/**
 * Access units of audio that came before it is known whether the video is cut before them. Bounded by its user. One thread.
 */
final class CmafQueue {
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private int bytes;

    /** An access unit and when it arrived, ms since 1970. */
    record Entry(Sample sample, long wallMs) {}

    /** Adds an access unit; takes ownership. */
    void add(Sample sample, long wallMs) {
        entries.add(new Entry(sample, wallMs));
        bytes += sample.data().readableBytes();
    }

    int size() {
        return entries.size();
    }

    int bytes() {
        return bytes;
    }

    /** Time between the oldest and the newest, 90 kHz. */
    long span() {
        return entries.isEmpty()
                ? 0
                : Math.abs(entries.getLast().sample().pts() - entries.getFirst().sample().pts());
    }

    /** Takes the oldest when it is not later than a time; the caller owns it. */
    @Nullable
    Entry poll(long time) {
        Entry first = entries.peek();
        if (first == null || first.sample().pts() > time) {
            return null;
        }
        bytes -= first.sample().data().readableBytes();
        return entries.poll();
    }

    /** Releases those that are earlier than a time. */
    void dropBefore(long time) {
        for (Entry entry = poll(time - 1); entry != null; entry = poll(time - 1)) {
            entry.sample().data().release();
        }
    }

    /** Releases the oldest. */
    void drop() {
        Entry first = poll(Long.MAX_VALUE);
        if (first != null) {
            first.sample().data().release();
        }
    }

    /** Releases all. */
    void clear() {
        while (!entries.isEmpty()) {
            drop();
        }
    }
}

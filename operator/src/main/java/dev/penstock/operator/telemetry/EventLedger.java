package dev.penstock.operator.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Folds what is noted of a resource for the same reason into one Event with a count, and says when it may be written: at once the
 * first time, then after {@link #FIRST_PAUSE}, then after twice that, up to {@link #LAST_PAUSE}. Holds at most {@link #CAPACITY}
 * Events; the one touched longest ago is forgotten first, and counted as dropped if it was not written. Not thread-safe: its
 * recorder holds a lock.
 */
final class EventLedger {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    static final Duration LAST_PAUSE = Duration.ofMinutes(5);
    static final int CAPACITY = 4096;

    /** What an Event is about. */
    record Subject(String apiVersion, String kind, String namespace, String name, String uid) {}

    /** What makes two notes the same Event. */
    record Key(String uid, boolean isWarning, String reason) {}

    /**
     * An Event as it is to be written.
     *
     * @param key which one
     * @param subject what it is about
     * @param name name of the Event object
     * @param note what was noted last
     * @param first when it was noted first
     * @param last when it was noted last
     * @param count how often it was noted
     */
    record Due(Key key, Subject subject, String name, Note note, Instant first, Instant last, int count) {}

    private static final class Entry {
        private Due now;
        private int writtenCount;
        private Duration pause = Duration.ZERO;
        private Instant notBefore;

        Entry(Due now) {
            this.now = now;
            this.notBefore = now.first();
        }

        boolean isUnwritten() {
            return now.count() > writtenCount;
        }
    }

    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long dropped;

    /** Adds a note; the name is for the object, should this be the first of its kind. */
    void add(Subject subject, Note note, Instant now, String name) {
        Key key = new Key(subject.uid(), note.isWarning(), note.reason());
        Entry entry = entries.computeIfAbsent(key,
                k -> new Entry(new Due(k, subject, name, note, now, now, 0)));
        Due old = entry.now;
        entry.now = new Due(key, subject, old.name(), note, old.first(), now, old.count() + 1);
        if (entries.size() > CAPACITY) {
            Iterator<Entry> all = entries.values().iterator();
            dropped += all.next().isUnwritten() ? 1 : 0;
            all.remove();
        }
    }

    /** Events to write now, at most so many; each comes again until {@link #written} or {@link #drop} is called. */
    List<Due> due(Instant now, int limit) {
        return entries.values().stream().filter(e -> e.isUnwritten() && !e.notBefore.isAfter(now)).limit(limit)
                .map(e -> e.now).toList();
    }

    /** The Event stands in the API server. */
    void written(Due due, Instant now) {
        Entry entry = entries.get(due.key());
        if (entry != null) {
            entry.writtenCount = due.count();
            entry.pause = entry.pause.isZero() ? FIRST_PAUSE : min(entry.pause.multipliedBy(2), LAST_PAUSE);
            entry.notBefore = now.plus(entry.pause);
        }
    }

    /** The Event cannot be written, now or ever. */
    void drop(Due due) {
        entries.remove(due.key());
        dropped++;
    }

    /** Events that were noted and never written, since the last call. */
    long takeDropped() {
        long sum = dropped;
        dropped = 0;
        return sum;
    }

    /** Events that are remembered. */
    int size() {
        return entries.size();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}

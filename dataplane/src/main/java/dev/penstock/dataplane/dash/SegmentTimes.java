package dev.penstock.dataplane.dash;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/**
 * Sequence numbers of segments by rendition and first tick, as {@code $Time$} names them: of all that are listed, and of as many that have
 * left the list, which clients still ask for. Any thread.
 */
final class SegmentTimes {
    private record Name(String rendition, long ticks) {}

    private final TreeMap<Long, Map<Name, Long>> bySequence = new TreeMap<>();
    private final Map<Name, Long> sequences = new HashMap<>();

    /** Adds what is listed now. */
    synchronized void listed(CmafView view) {
        long first = Long.MAX_VALUE;
        int most = 0;
        for (CmafRendition rendition : view.renditions()) {
            for (CmafSegment segment : rendition.segments()) {
                Name name = new Name(rendition.name(), segment.startTicks());
                if (sequences.put(name, segment.sequence()) == null) {
                    bySequence.computeIfAbsent(segment.sequence(), key -> new HashMap<>()).put(name,
                            segment.sequence());
                }
                first = Math.min(first, segment.sequence());
            }
            most = Math.max(most, rendition.segments().size());
        }
        while (bySequence.size() > 2 * most && bySequence.firstKey() < first) {
            bySequence.pollFirstEntry().getValue().forEach(sequences::remove);
        }
    }

    /** The segment that begins with a tick. */
    synchronized OptionalLong sequence(String rendition, long ticks) {
        Long sequence = sequences.get(new Name(rendition, ticks));
        return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
    }
}

package dev.penstock.dataplane.record;

import java.time.Instant;
import java.util.Optional;

import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.store.layout.SegmentName;

/**
 * Numbers the breaks of a stream as names of recorded segments tell them: max(last + 1, seconds since 2020-01-01T00:00:00Z at the first
 * segment behind the break). The live numbers are too coarse for that: a run that follows soon after another, after a crash or on
 * another pod, may have the same. Belongs to the recorder's thread.
 */
final class Breaks {
    private static final long EPOCH = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
    private static final long NONE = -1;

    private long live = NONE;
    private long number = NONE;

    /**
     * A segment with its number of a break.
     *
     * @param last the newest segment of the session that is recorded; empty when there is none
     */
    Segment.Info number(Segment.Info info, Optional<SegmentName> last) {
        if (info.discontinuitySequence() != live) {
            boolean goesOn = live == NONE && last.filter(name -> name.sequence() + 1 >= info.sequence()).isPresent();
            long before = Math.max(number, last.map(SegmentName::discontinuitySequence).orElse(NONE));
            number = goesOn ? before : Math.max(before + 1, Math.floorDiv(info.startEpochMs(), 1000) - EPOCH);
            live = info.discontinuitySequence();
        }
        return info.behind(number);
    }
}

package dev.penstock.dataplane.hls;

import java.util.List;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;

/**
 * How far a rendition has come.
 *
 * @param last sequence of the newest segment, complete or not; below 0 when there is none
 * @param parts parts of that segment
 * @param complete whether that segment is complete
 */
record LiveEdge(long last, int parts, boolean complete) {
    /** Nothing is there. */
    static final LiveEdge NONE = new LiveEdge(-1, 0, false);

    static LiveEdge of(CmafRendition rendition) {
        List<CmafSegment> segments = rendition.segments();
        if (segments.isEmpty()) {
            return NONE;
        }
        CmafSegment last = segments.getLast();
        return new LiveEdge(last.sequence(), last.parts().size(), last.complete());
    }

    boolean isEmpty() {
        return last < 0;
    }

    /** Sequence of the newest complete segment. */
    long lastComplete() {
        return complete ? last : last - 1;
    }

    /** Whether a segment is complete, or one after it has begun. */
    boolean hasSegment(long sequence) {
        return lastComplete() >= sequence;
    }

    /**
     * Whether a part is there, or what counts as it: a part beyond those of its complete segment is the first of the next
     * (draft-pantos-hls-rfc8216bis 6.2.5.2), and a gap is there as a whole.
     */
    boolean hasPart(long sequence, int part) {
        return last > sequence || (last == sequence && (parts > part || (complete && parts == 0)));
    }

    /** Whether a part is the next one, which the playlist hints at. */
    boolean isNext(long sequence, int part) {
        return complete ? sequence == last + 1 && part == 0 : sequence == last && part == parts;
    }

    /** Whether a part is there, or will never be. */
    boolean hasPassed(long sequence, int part) {
        return hasPart(sequence, part) || hasSegment(sequence);
    }
}

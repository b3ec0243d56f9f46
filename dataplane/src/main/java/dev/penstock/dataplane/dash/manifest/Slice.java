package dev.penstock.dataplane.dash.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/**
 * The span of one sequence number in all renditions that have something there.
 *
 * @param sequence media sequence number
 * @param segments by rendition, in the order of the view; complete; not empty
 */
record Slice(long sequence, Map<String, CmafSegment> segments) {
    Slice {
        segments = Collections.unmodifiableMap(new LinkedHashMap<>(segments));
    }

    /**
     * The slices of a view, oldest first: up to the newest that is complete in each rendition. A rendition that has stopped is not waited
     * for.
     */
    static List<Slice> of(CmafView view) {
        long newest = Long.MIN_VALUE;
        for (CmafRendition rendition : view.renditions()) {
            newest = Math.max(newest, newestComplete(rendition));
        }
        long last = newest;
        for (CmafRendition rendition : view.renditions()) {
            long own = newestComplete(rendition);
            last = own >= newest - 1 ? Math.min(last, own) : last;
        }
        TreeMap<Long, Map<String, CmafSegment>> all = new TreeMap<>();
        for (CmafRendition rendition : view.renditions()) {
            for (CmafSegment segment : rendition.segments()) {
                // A segment without bytes is a gap: nothing came for this rendition.
                if (segment.complete() && segment.sequence() <= last && segment.bytes() > 0) {
                    all.computeIfAbsent(segment.sequence(), key -> new LinkedHashMap<>()).put(rendition.name(),
                            segment);
                }
            }
        }
        List<Slice> slices = new ArrayList<>(all.size());
        all.forEach((sequence, segments) -> slices.add(new Slice(sequence, segments)));
        return slices;
    }

    /** The newest that is complete, or the one before all that are listed. */
    private static long newestComplete(CmafRendition rendition) {
        List<CmafSegment> segments = rendition.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).complete()) {
                return segments.get(i).sequence();
            }
        }
        // The first one under way is waited for as well.
        return segments.isEmpty() ? Long.MIN_VALUE : segments.getFirst().sequence() - 1;
    }

    /** The segment of the first rendition: video, where there is some. */
    CmafSegment lead() {
        return segments.values().iterator().next();
    }

    /** Where it begins: with the earliest of its first samples, 90 kHz. */
    long start90() {
        return segments.values().stream().mapToLong(s -> Ticks.to90(s.startTicks(), s.timescale())).min().orElseThrow();
    }

    /** Where it ends: with the latest of its last samples, 90 kHz. */
    long end90() {
        return segments.values().stream().mapToLong(s -> Ticks.to90(s.startTicks() + s.durationTicks(), s.timescale()))
                .max().orElseThrow();
    }

    /** Initialization segments that it needs, by rendition. */
    Map<String, String> inits() {
        Map<String, String> inits = new LinkedHashMap<>();
        segments.forEach((rendition, segment) -> inits.put(rendition, segment.init()));
        return inits;
    }
}

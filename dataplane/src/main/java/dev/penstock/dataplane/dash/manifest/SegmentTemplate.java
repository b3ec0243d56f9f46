package dev.penstock.dataplane.dash.manifest;

import java.util.List;

import dev.penstock.dataplane.segment.CmafSegment;

/**
 * How the segments of a Representation are addressed (ISO/IEC 23009-1 5.3.9.4): by {@code $Time$} in a SegmentTimeline, since FFmpeg's
 * reader loses count of numbers there, and by {@code $Number$}, the sequence number, with {@code @duration}.
 *
 * @param timescale units per second: the track's, or finer where a duration would not be whole
 * @param factor units in a tick of the track
 * @param presentationTimeOffset period time 0 in those units
 * @param segments the Period's, oldest first; not empty
 */
record SegmentTemplate(long timescale, long factor, long presentationTimeOffset, Period period,
        List<CmafSegment> segments) {
    /** For the segments of one rendition. */
    static SegmentTemplate of(Period period, List<CmafSegment> segments) {
        int track = segments.getFirst().timescale();
        long factor = 1;
        if (period.segment90() * track % Ticks.HZ != 0) {
            factor = Ticks.HZ / gcd(track, Ticks.HZ);
        }
        return new SegmentTemplate(track * factor, factor, Ticks.from90(period.start90(), track) * factor, period,
                segments);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * The element. With {@code @duration}, number n begins at (n - startNumber) durations after the Period's start, wherever the list
     * begins by now: so both stay what they were when the Period began.
     *
     * @param growing whether the newest segment is offered before it is whole
     */
    void write(Xml xml, ManifestConfig config, boolean growing) {
        CmafSegment first = segments.getFirst();
        (period.lowLatency() ? xml.empty("SegmentTemplate") : xml.open("SegmentTemplate"))
                .attribute("media",
                        config.folder() + (period.lowLatency()
                                ? "$RepresentationID$/$Number$.m4s"
                                : "$RepresentationID$/time/$Time$.m4s"))
                .attribute("initialization",
                        config.folder() + "$RepresentationID$/init-" + first.init().replace("$", "$$") + ".mp4")
                .attribute("timescale", timescale).attribute("presentationTimeOffset", presentationTimeOffset);
        if (period.lowLatency()) {
            xml.attribute("duration", period.segment90() * timescale / Ticks.HZ).attribute("startNumber",
                    period.firstSequence());
            if (growing) {
                long early = Ticks.micros(period.segment90()) - config.partMs() * 1000;
                xml.attribute("availabilityTimeOffset", IsoText.seconds(Math.max(0, early)))
                        .attribute("availabilityTimeComplete", "false");
            }
        } else {
            timeline(xml);
            xml.close();
        }
    }

    /** Exact times; {@code @r} says how often a duration is repeated, {@code @t} stands where a segment does not follow at once. */
    private void timeline(Xml xml) {
        xml.open("SegmentTimeline");
        long expected = Long.MIN_VALUE;
        int i = 0;
        while (i < segments.size()) {
            CmafSegment segment = segments.get(i);
            long duration = duration(i);
            long end = segment.startTicks() + duration;
            int repeats = 0;
            while (i + repeats + 1 < segments.size() && segments.get(i + repeats + 1).startTicks() == end
                    && duration(i + repeats + 1) == duration) {
                repeats++;
                end += duration;
            }
            xml.empty("S");
            if (segment.startTicks() != expected) {
                xml.attribute("t", segment.startTicks());
            }
            xml.attribute("d", duration);
            if (repeats > 0) {
                xml.attribute("r", repeats);
            }
            expected = end;
            i += repeats + 1;
        }
        xml.close();
    }

    /** Up to the next segment where that begins early: they may not overlap. */
    private long duration(int index) {
        CmafSegment segment = segments.get(index);
        if (index + 1 == segments.size()) {
            return segment.durationTicks();
        }
        long toNext = segments.get(index + 1).startTicks() - segment.startTicks();
        return toNext > 0 ? Math.min(toNext, segment.durationTicks()) : segment.durationTicks();
    }
}

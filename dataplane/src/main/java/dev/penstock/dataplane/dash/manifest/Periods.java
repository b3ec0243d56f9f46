package dev.penstock.dataplane.dash.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.segment.CmafSegment;

/**
 * Decides where Periods begin, and which of them have low latency. A Period begins at a discontinuity, where an initialization segment
 * changes or a rendition comes or goes, and where the way changes in which segments are addressed, since players know but one way in a
 * Period. Immutable; pure.
 *
 * @param list Periods that have a listed segment, oldest first
 * @param lastSequence the newest segment that was decided on
 */
record Periods(List<Period> list, long lastSequence) {
    static final Periods NONE = new Periods(List.of(), Long.MIN_VALUE);

    Periods {
        list = List.copyOf(list);
    }

    /**
     * When it is, and what is promised.
     *
     * @param epochMs wall clock, ms since 1970
     * @param newest90 end of the newest sample that is there, 90 kHz, on the clock of the newest slice
     * @param config the stream's
     */
    record Now(long epochMs, long newest90, ManifestConfig config) {
        boolean wantsLowLatency() {
            return config.lowLatency() && config.part().isPresent();
        }

        /** How far behind the wall clock media is, ms. */
        long behindMs(Period.Origin origin) {
            return epochMs - origin.epochMicros(newest90) / 1000;
        }

        /** What media may be behind: then a client asks for the segment after the newest, which it waits for. */
        long mostBehindMs(long segment90) {
            return segment90 / 90 + config.partMs();
        }

        /**
         * Whether media time and wall clock have come apart: numbers that clients make from their clock would name segments that are not
         * there yet, or no longer.
         */
        boolean isApart(Period.Origin origin, long segment90) {
            long behind = behindMs(origin);
            return behind > mostBehindMs(segment90) || -behind > config.segments().window().toMillis() / 2;
        }
    }

    /**
     * The Periods after a change.
     *
     * @param slices what is listed now
     */
    Periods next(List<Slice> slices, Now now) {
        List<Period> periods = new ArrayList<>(list);
        long last = lastSequence;
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            if (slice.sequence() > last) {
                Period current = periods.isEmpty() ? null : periods.getLast();
                boolean follows = i == 0 || slices.get(i - 1).sequence() == slice.sequence() - 1;
                Period added = current == null || breaks(current, slice, follows)
                        ? begin(current, slice, now, i == slices.size() - 1)
                        : change(current, slices.subList(0, i + 1), now, i == slices.size() - 1);
                if (added != null) {
                    periods.add(added);
                }
                last = slice.sequence();
            }
        }
        if (slices.isEmpty()) {
            return new Periods(List.of(), last);
        }
        long first = slices.getFirst().sequence();
        while (periods.size() > 1 && periods.get(1).firstSequence() <= first) {
            periods.removeFirst();
        }
        periods.replaceAll(period -> measured(period, of(period, periods, slices)));
        return new Periods(periods, last);
    }

    /** The listed segments of a Period. */
    static List<Slice> of(Period period, List<Period> all, List<Slice> slices) {
        int next = all.indexOf(period) + 1;
        long end = next < all.size() ? all.get(next).firstSequence() : Long.MAX_VALUE;
        return slices.stream().filter(s -> s.sequence() >= period.firstSequence() && s.sequence() < end).toList();
    }

    private static boolean breaks(Period current, Slice slice, boolean follows) {
        CmafSegment lead = slice.lead();
        return !follows || lead.discontinuity() || lead.discontinuitySequence() != current.discontinuity()
                || !slice.inits().equals(current.inits());
    }

    /** A Period at a discontinuity, or where other renditions or initialization segments begin. */
    private static Period begin(@Nullable Period before, Slice slice, Now now, boolean newest) {
        CmafSegment lead = slice.lead();
        boolean sameClock = before != null && !lead.discontinuity()
                && before.discontinuity() == lead.discontinuitySequence();
        Period.Origin origin = before != null && sameClock
                ? before.origin()
                : new Period.Origin(lead.startEpochMs(), Ticks.to90(lead.startTicks(), lead.timescale()));
        long segment90 = 0;
        if (now.wantsLowLatency()) {
            long known = before != null && before.lowLatency() ? before.segment90() : 0;
            long target = now.config().target90();
            boolean isTarget = Equality.isTarget(slice, target);
            segment90 = known > 0 && Equality.lasts(slice, known) ? known : isTarget ? target : 0;
            segment90 = newest && now.isApart(origin, segment90) ? 0 : segment90;
        }
        String id = Long.toString(lead.discontinuitySequence());
        return new Period(sameClock ? id + "." + slice.sequence() : id, slice.sequence(), lead.discontinuitySequence(),
                slice.inits(), origin, slice.start90(), segment90, false, false, Map.of());
    }

    /** A Period that takes over because segments are addressed in another way; null when the current one goes on. */
    private static @Nullable Period change(Period current, List<Slice> until, Now now, boolean newest) {
        if (!now.wantsLowLatency()) {
            return null;
        }
        Slice slice = until.getLast();
        if (current.lowLatency()) {
            boolean lasts = Equality.lasts(slice, current.segment90())
                    && !(newest && now.isApart(current.origin(), current.segment90()));
            if (lasts && Equality.isInPlace(slice, current)) {
                return null;
            }
            long again = lasts ? equalNow(current, until, now.config()) : 0;
            return going(current, slice, again, again == 0);
        }
        long segment90 = equalNow(current, until, now.config());
        boolean offered = segment90 > 0 && !(newest && now.isApart(current.origin(), segment90));
        return offered ? going(current, slice, segment90, false) : null;
    }

    private static Period going(Period current, Slice slice, long segment90, boolean fellBack) {
        return new Period(current.discontinuity() + "." + slice.sequence(), slice.sequence(), current.discontinuity(),
                slice.inits(), current.origin(), slice.start90(), segment90, true, fellBack, current.bandwidths());
    }

    /** The common duration of the newest segments of a Period when they are enough to rely on; else 0. */
    private static long equalNow(Period current, List<Slice> until, ManifestConfig config) {
        int count = wanted(current, until);
        List<Slice> newest = until.subList(Math.max(0, until.size() - count), until.size());
        boolean enough = newest.size() == count && newest.getFirst().sequence() >= current.firstSequence();
        return enough ? Equality.common(newest, config.target90()) : 0;
    }

    private static int wanted(Period current, List<Slice> slices) {
        int again = Math.min(Equality.ENOUGH_AGAIN, slices.size());
        return current.fellBack() ? Math.max(again, Equality.ENOUGH) : Equality.ENOUGH;
    }

    /** Why low latency is not offered though it is wanted; empty when it is. */
    Optional<String> missing(List<Slice> slices, Now now) {
        if (!now.config().lowLatency() || list.isEmpty() || list.getLast().lowLatency()) {
            return Optional.empty();
        }
        if (now.config().part().isEmpty()) {
            return Optional.of("segments are not cut into parts (expected: spec.segment.partTarget)");
        }
        Period current = list.getLast();
        int wanted = wanted(current, slices);
        List<Slice> newest = slices.subList(Math.max(0, slices.size() - wanted), slices.size());
        long segment90 = Equality.common(newest, now.config().target90());
        if (segment90 == 0) {
            return Optional.of(Equality.unequal(newest));
        }
        if (now.isApart(current.origin(), segment90)) {
            return Optional.of(String.format(Locale.ROOT,
                    "media is %.1fs behind the wall clock (expected: at most %.1fs; the source's clock runs at another speed, or it stalls)",
                    now.behindMs(current.origin()) / 1000.0, now.mostBehindMs(segment90) / 1000.0));
        }
        return Optional.of("only " + of(current, list, slices).size()
                + " segments in a row are equal within a frame yet (expected: "
                + wanted + ")");
    }

    private static Period measured(Period period, List<Slice> slices) {
        Map<String, Long> rates = new HashMap<>(period.bandwidths());
        for (Slice slice : slices) {
            slice.segments().forEach((rendition, segment) -> {
                long rate = segment.durationTicks() <= 0
                        ? 1
                        : Math.max(1,
                                Math.ceilDiv(segment.bytes() * 8L * segment.timescale(), segment.durationTicks()));
                if (rate > rates.getOrDefault(rendition, 0L)) {
                    rates.put(rendition, rounded(rate));
                }
            });
        }
        return rates.equals(period.bandwidths()) ? period : period.withBandwidths(rates);
    }

    /** Rounded up to two digits, so that it seldom changes. */
    private static long rounded(long rate) {
        long unit = 1;
        while (rate / unit >= 100) {
            unit *= 10;
        }
        return Math.ceilDiv(rate, unit) * unit;
    }
}

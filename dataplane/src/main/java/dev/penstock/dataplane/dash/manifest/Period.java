package dev.penstock.dataplane.dash.manifest;

import java.util.Map;

/**
 * What is fixed of a Period while it is listed (ISO/IEC 23009-1 5.4: its start does not change with an update), and the bandwidths, which
 * only rise.
 *
 * @param id Period@id, unique in the life of the stream
 * @param firstSequence sequence of its first segment
 * @param discontinuity discontinuity sequence number of its segments
 * @param inits initialization segments by rendition
 * @param origin wall clock of the clock that its segments are on
 * @param start90 its first tick, 90 kHz: period time 0
 * @param segment90 what {@code @duration} says, 90 kHz; 0 where a SegmentTimeline says it
 * @param continuous whether it goes on where the one before ends, with the same initialization segments
 * @param fellBack whether the one before had low latency and this one has not
 * @param bandwidths Representation@bandwidth by rendition
 */
record Period(String id, long firstSequence, long discontinuity, Map<String, String> inits, Origin origin, long start90,
        long segment90, boolean continuous, boolean fellBack, Map<String, Long> bandwidths) {
    Period {
        inits = Map.copyOf(inits);
        bandwidths = Map.copyOf(bandwidths);
    }

    /**
     * Wall clock of one tick.
     *
     * @param epochMs ms since 1970
     * @param ticks90 the tick, 90 kHz
     */
    record Origin(long epochMs, long ticks90) {
        /** Wall clock of another tick, microseconds since 1970. */
        long epochMicros(long other90) {
            return epochMs * 1000 + Ticks.micros(other90 - ticks90);
        }
    }

    /** Whether segments are addressed by {@code @duration} and offered while they grow. */
    boolean lowLatency() {
        return segment90 > 0;
    }

    /** Period@start in microseconds: wall clock of the first tick, since availabilityStartTime is 1970. */
    long startMicros() {
        return origin.epochMicros(start90);
    }

    Period withBandwidths(Map<String, Long> more) {
        return new Period(id, firstSequence, discontinuity, inits, origin, start90, segment90, continuous, fellBack,
                more);
    }
}

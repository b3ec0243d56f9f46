package dev.penstock.dataplane.segment;

/**
 * The time of one segment in all renditions, from one cut to the next.
 *
 * @param sequence media sequence number
 * @param start where it begins, 90 kHz, on the clock of presentation
 * @param run of which it is part
 */
record CmafSpan(long sequence, long start, Run run) {
    /**
     * Segments that are continuous with each other.
     *
     * @param start where it begins, 90 kHz, on the clock of presentation
     * @param epochMs wall clock of that, ms since 1970
     * @param shift ticks from decoding to presentation of the video's first access unit, 90 kHz: so much later its decoding times are
     *     written than they are, so that presentation begins at tfdt
     * @param discontinuity whether it is not continuous with segments before it
     * @param discontinuitySequence number of the discontinuity that it follows
     */
    record Run(long start, long epochMs, long shift, boolean discontinuity, long discontinuitySequence) {}

    /** Wall clock of a time of presentation, by media time. */
    long epochMs(long time) {
        return run.epochMs() + Math.floorDiv(time - run.start(), 90L);
    }
}

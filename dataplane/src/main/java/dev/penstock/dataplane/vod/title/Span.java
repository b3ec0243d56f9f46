package dev.penstock.dataplane.vod.title;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.mp4.Mp4Track;
import dev.penstock.dataplane.media.mp4.SampleTable;

/**
 * The part of a track that its edit list presents, and what is needed to decode it. Pure.
 *
 * @param first its first sample: a key; of sound, some frames earlier, for the decoder to settle
 * @param end the sample behind its last
 * @param startTicks when the first sample is presented, in the track's timescale; 0 when that is before the title begins
 * @param endTicks when the last one has been
 */
record Span(int first, int end, long startTicks, long endTicks) {
    private static final int SETTLING_FRAMES = 2;
    /** Far more than any encoder reorders. */
    private static final int REORDERED = 64;

    static Span of(Mp4Track track) throws Fmp4Exception {
        SampleTable samples = track.samples();
        int end = samples.count();
        while (end > 0 && samples.presentTicks(end - 1) >= track.edit().endTicks()) {
            end--;
        }
        int first = track.coding().video() ? key(track, end) : sound(track);
        if (first >= end) {
            throw new Fmp4Exception("elst: presents nothing of the track");
        }
        SampleTable.Cursor cursor = samples.at(Math.max(first, end - REORDERED));
        long last = 0;
        while (cursor.sample() < end) {
            last = Math.max(last, cursor.presentTicks() + cursor.durationTicks());
            cursor.next();
        }
        long start = Math.max(0, samples.presentTicks(first) + track.shiftTicks());
        long ends = Math.min(last, track.edit().endTicks()) + track.shiftTicks();
        return new Span(first, end, start, Math.max(start + 1, ends));
    }

    /** The last key at or before the start; the first of all when there is none. */
    private static int key(Mp4Track track, int end) {
        SampleTable samples = track.samples();
        int found = 0;
        for (int i = 0; i < samples.keyCount() && samples.key(i) < end; i++) {
            if (samples.presentTicks(samples.key(i)) > track.edit().startTicks()) {
                break;
            }
            found = samples.key(i);
        }
        return found;
    }

    private static int sound(Mp4Track track) {
        int at = track.samples().firstAt(track.edit().startTicks());
        return Math.max(0, at - SETTLING_FRAMES);
    }
}

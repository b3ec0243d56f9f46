package dev.penstock.dataplane.vod.title;

import java.util.Arrays;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.fmp4.InitWriter;
import dev.penstock.dataplane.media.fmp4.TrackHead;
import dev.penstock.dataplane.media.mp4.Mp4Track;
import dev.penstock.dataplane.media.mp4.SampleTable;

/**
 * A track of a title and where it is cut. Segment k of each rendition is the same span of time; one without samples is a gap. Times are
 * those of the presentation, in the track's timescale. Immutable; the arrays are not changed by anybody.
 *
 * @param name its name in URLs
 * @param track what is cut
 * @param first first sample of each segment, and behind the last one the end
 * @param start when each segment begins, and behind the last one the end
 * @param bytes length of each segment, about
 * @param endTicks when the track ends
 */
public record Rendition(String name, Mp4Track track, int[] first, long[] start, long[] bytes, long endTicks) {
    private static final long MOST_SEGMENT_BYTES = 1L << 30;
    private static final int MOST_SEGMENT_SAMPLES = 100_000;
    private static final int HEAD_BYTES = 150;
    private static final int SAMPLE_BYTES = 12;

    static Rendition of(String name, Mp4Track track, Span span, Cuts cuts) throws Fmp4Exception {
        int count = cuts.count();
        int[] first = new int[count + 1];
        long[] start = new long[count + 1];
        SampleTable samples = track.samples();
        for (int i = 0; i < count; i++) {
            long time = cuts.at(i, track.timescale());
            int sample = i == 0 ? span.first() : firstAt(track, time, first[i - 1], span.end());
            first[i] = sample;
            start[i] = sample < span.end() && (i + 1 == count || holds(track, sample, cuts, i + 1))
                    ? Math.max(i == 0 ? 0 : start[i - 1] + 1, samples.presentTicks(sample) + track.shiftTicks())
                    : Math.max(i == 0 ? 0 : start[i - 1] + 1, time);
        }
        first[count] = span.end();
        start[count] = Math.max(start[count - 1] + 1, span.endTicks());
        return new Rendition(name, track, first, start, bytes(samples, first), span.endTicks());
    }

    /** Whether a sample comes before a cut. */
    private static boolean holds(Mp4Track track, int sample, Cuts cuts, int cut) {
        return track.samples().presentTicks(sample) + track.shiftTicks() < cuts.at(cut, track.timescale());
    }

    /** The sample at which a segment begins: of video the key of that time, of sound the first that is presented then or later. */
    private static int firstAt(Mp4Track track, long time, int from, int end) {
        SampleTable samples = track.samples();
        if (!track.coding().video()) {
            return Math.clamp(samples.firstAt(time - track.shiftTicks()), from, end);
        }
        int low = 0;
        int high = samples.keyCount();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (samples.presentTicks(samples.key(middle)) + track.shiftTicks() < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.clamp(low < samples.keyCount() ? samples.key(low) : end, from, end);
    }

    private static long[] bytes(SampleTable samples, int[] first) throws Fmp4Exception {
        long[] bytes = new long[first.length - 1];
        SampleTable.Cursor cursor = samples.at(first[0]);
        for (int i = 0; i < bytes.length; i++) {
            int count = first[i + 1] - first[i];
            if (count > 0) {
                bytes[i] = HEAD_BYTES + (long) count * SAMPLE_BYTES;
            }
            while (cursor.sample() < first[i + 1]) {
                bytes[i] += cursor.bytes();
                cursor.next();
            }
            if (bytes[i] > MOST_SEGMENT_BYTES || count > MOST_SEGMENT_SAMPLES) {
                throw new Fmp4Exception("a segment of " + bytes[i] + " bytes and " + count
                        + " frames (expected: key frames often enough for at most " + MOST_SEGMENT_BYTES + " and "
                        + MOST_SEGMENT_SAMPLES + ")");
            }
        }
        return bytes;
    }

    /** How many segments there are, gaps included. */
    public int count() {
        return bytes.length;
    }

    /** Whether nothing of the track is presented in a segment's time. */
    public boolean isGap(int segment) {
        return first[segment] == first[segment + 1];
    }

    /** How long a segment is. */
    public long durationTicks(int segment) {
        boolean last = !isGap(segment) && first[segment + 1] == first[first.length - 1];
        return Math.max(1, (last ? endTicks : start[segment + 1]) - start[segment]);
    }

    /** The segment that begins at a time; negative when there is none. */
    public int at(long startTicks) {
        int found = Arrays.binarySearch(start, 0, count(), startTicks);
        return found >= 0 && isGap(found) ? -1 : found;
    }

    /** The initialization segment. */
    public byte[] init() {
        return InitWriter.write(new TrackHead(track.coding().video(), track.coding().entry(), track.timescale(),
                track.coding().width(), track.coding().height(), track.language(), Math.max(0, -track.shiftTicks()),
                track.matrix()));
    }

    /** About how much memory it takes, without the track. */
    long memoryBytes() {
        return 500 + 4L * first.length + 8L * start.length + 8L * bytes.length;
    }
}

package dev.penstock.dataplane.vod.title;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.fmp4.FragmentWriter;
import dev.penstock.dataplane.media.fmp4.SampleHead;
import dev.penstock.dataplane.media.mp4.Mp4Track;
import dev.penstock.dataplane.media.mp4.SampleTable;

/**
 * A segment: what stands before its samples, and where those are in the file. Whoever makes it releases the head.
 *
 * @param head styp, moof, and the beginning of mdat
 * @param offsets where runs of samples begin in the file that lie there one after the other
 * @param before bytes of the runs before each, and behind the last one of all
 */
public record SegmentPlan(ByteBuf head, long[] offsets, long[] before) {
    /**
     * The plan of a segment that is not a gap.
     *
     * @param segment its number, from 0
     */
    public static SegmentPlan of(Rendition rendition, int segment, ByteBufAllocator allocator) {
        Mp4Track track = rendition.track();
        int from = rendition.first()[segment];
        int to = rendition.first()[segment + 1];
        SampleTable.Cursor cursor = track.samples().at(from);
        long decodeTicks = cursor.decodeTicks() + Math.max(0, track.shiftTicks());
        List<SampleHead> heads = new ArrayList<>(to - from);
        long[] offsets = new long[to - from];
        long[] before = new long[to - from + 1];
        int runs = 0;
        long bytes = 0;
        long end = -1;
        while (cursor.sample() < to) {
            heads.add(new SampleHead(cursor.durationTicks(), cursor.compositionTicks(), cursor.isKey(),
                    cursor.bytes()));
            if (cursor.offset() != end && cursor.bytes() > 0) {
                offsets[runs] = cursor.offset();
                before[runs++] = bytes;
            }
            if (cursor.bytes() > 0) {
                end = cursor.offset() + cursor.bytes();
            }
            bytes += cursor.bytes();
            cursor.next();
        }
        before[runs] = bytes;
        return new SegmentPlan(FragmentWriter.head(segment + 1L, decodeTicks, heads, allocator),
                Arrays.copyOf(offsets, runs), Arrays.copyOf(before, runs + 1));
    }

    /** Bytes of its samples. */
    public long mediaBytes() {
        return before[before.length - 1];
    }

    /** The run in which a byte of the samples is. */
    public int runAt(long media) {
        int found = Arrays.binarySearch(before, media);
        return found >= 0 ? found : -found - 2;
    }
}

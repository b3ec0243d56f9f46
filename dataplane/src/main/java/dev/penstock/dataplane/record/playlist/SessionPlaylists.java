package dev.penstock.dataplane.record.playlist;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.penstock.dataplane.hls.playlist.MasterPlaylistWriter;
import dev.penstock.dataplane.hls.playlist.MediaPlaylist;
import dev.penstock.dataplane.hls.playlist.MediaPlaylistWriter;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;

/**
 * Playlists of a session. Segments stand beside their playlist under their own names. The first segment has media sequence
 * number 0, whatever its number in the stream, and every entry, gaps too, takes one.
 */
public final class SessionPlaylists {
    /** Media that a part playlist holds. */
    public static final int PART_SECONDS = 1_800;
    /** Segments in the live playlist. */
    public static final int LIVE_SEGMENTS = 6;

    private static final int GAP_TIMESCALE = 1_000;

    private SessionPlaylists() {}

    /**
     * All segments from the first one on, as EVENT.
     *
     * @param segments in order
     * @param targetSeconds target duration; raised when a segment is longer
     * @param ended whether no segment follows
     */
    public static String media(List<SpooledSegment> segments, int targetSeconds, boolean ended) {
        int target = target(segments, targetSeconds);
        return MediaPlaylistWriter.write(new MediaPlaylist(MediaPlaylist.Type.EVENT, target, 0, 0, false,
                entries(segments, 0, target), ended));
    }

    /**
     * One part as a playlist that plays alone.
     *
     * @param segments all segments up to the part's end
     * @param from index of the part's first segment
     * @param targetSeconds target duration; raised when a segment is longer
     */
    public static String part(List<SpooledSegment> segments, int from, int targetSeconds) {
        int target = target(segments.subList(from, segments.size()), targetSeconds);
        return MediaPlaylistWriter.write(new MediaPlaylist(MediaPlaylist.Type.VOD, target, 0, 0, false,
                entries(segments, from, target), true));
    }

    /**
     * The newest segments.
     *
     * @param segments all segments
     * @param window where the window starts
     * @param targetSeconds target duration; raised when a segment is longer
     * @param ended whether no segment follows
     */
    public static String live(List<SpooledSegment> segments, LiveWindow window, int targetSeconds, boolean ended) {
        int target = target(segments.subList(window.first(), segments.size()), targetSeconds);
        return MediaPlaylistWriter
                .write(new MediaPlaylist(MediaPlaylist.Type.LIVE, target, window.mediaSequence(),
                        window.discontinuitySequence(), false, entries(segments, window.first(), target), ended));
    }

    /** The master playlist: one variant, measured bandwidth. */
    public static String master(List<SpooledSegment> segments, StreamShape shape, String mediaUri) {
        long peak = 0;
        long bits = 0;
        long millis = 0;
        for (SpooledSegment segment : segments) {
            long duration = Math.max(1, segment.name().durationMs());
            peak = Math.max(peak, Math.ceilDiv(segment.bytes() * 8 * 1000, duration));
            bits += segment.bytes() * 8;
            millis += duration;
        }
        return MasterPlaylistWriter.write(
                List.of(new MasterPlaylistWriter.Variant(mediaUri, peak, millis == 0 ? 0 : bits * 1000 / millis,
                        shape.codecs(), shape.width(), shape.height(), shape.frameRate())),
                false);
    }

    /**
     * Where a part that begins at an index ends: the first index after {@value #PART_SECONDS} s of media.
     *
     * @return index behind the part's last segment, or -1 while the part is not full
     */
    public static int partEnd(List<SpooledSegment> segments, int from) {
        long millis = 0;
        for (int i = from; i < segments.size(); i++) {
            millis += segments.get(i).name().durationMs();
            if (millis >= PART_SECONDS * 1000L) {
                return i + 1;
            }
        }
        return -1;
    }

    private static List<MediaPlaylist.Entry> entries(List<SpooledSegment> segments, int from, int target) {
        List<MediaPlaylist.Entry> entries = new ArrayList<>(segments.size() - from + 8);
        for (int i = from; i < segments.size(); i++) {
            SegmentName name = segments.get(i).name();
            boolean discontinuity = false;
            boolean dated = i == from;
            if (i > 0) {
                SegmentName earlier = segments.get(i - 1).name();
                GapRule rule = GapRule.between(earlier, name, target);
                if (i > from) {
                    gaps(entries, earlier, rule);
                }
                discontinuity = rule.discontinuity();
                dated |= discontinuity || rule.gapEntries() > 0;
            }
            OptionalLong date = dated ? OptionalLong.of(name.startEpochMs()) : OptionalLong.empty();
            entries.add(new MediaPlaylist.Entry(name.format(), name.durationTicks(), name.timescale(), discontinuity,
                    date, segments.get(i).lost()));
        }
        return entries;
    }

    private static void gaps(List<MediaPlaylist.Entry> entries, SegmentName earlier, GapRule rule) {
        for (int i = 0; i < rule.gapEntries(); i++) {
            long from = rule.gapMs() * i / rule.gapEntries();
            long to = rule.gapMs() * (i + 1) / rule.gapEntries();
            entries.add(new MediaPlaylist.Entry("gap-" + (earlier.sequence() + 1) + "-" + i + ".ts", to - from,
                    GAP_TIMESCALE, false, OptionalLong.empty(), true));
        }
    }

    private static int target(List<SpooledSegment> segments, int targetSeconds) {
        long longest = targetSeconds * 1000L;
        for (SpooledSegment segment : segments) {
            longest = Math.max(longest, segment.name().durationMs());
        }
        return (int) Math.min(Integer.MAX_VALUE, (longest + 500) / 1000);
    }
}

package dev.penstock.dataplane.hls.playlist;

import java.util.List;
import java.util.OptionalLong;

import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;

/** Playlists of a live stream from its window of segments. */
public final class LivePlaylists {
    private LivePlaylists() {}

    /**
     * The media playlist: segments are called {@code seg-{sequence}.ts} beside it.
     *
     * @param window the segments to list, oldest first, sequences rising by one; not empty
     * @param targetSeconds EXT-X-TARGETDURATION
     * @param ended whether no segment follows
     */
    public static MediaPlaylist media(List<Segment.Info> window, int targetSeconds, boolean ended) {
        Segment.Info first = window.getFirst();
        List<MediaPlaylist.Entry> entries = window.stream()
                .map(info -> new MediaPlaylist.Entry(segmentUri(info.sequence()), info.durationTicks(),
                        Segment.Info.TIMESCALE, info.discontinuity(), OptionalLong.of(info.startEpochMs()), false))
                .toList();
        return new MediaPlaylist(MediaPlaylist.Type.LIVE, targetSeconds, first.sequence(),
                first.discontinuitySequence() - (first.discontinuity() ? 1 : 0),
                window.stream().allMatch(Segment.Info::independent), entries, ended);
    }

    /** Name of a segment beside its playlist. */
    public static String segmentUri(long sequence) {
        return "seg-" + sequence + ".ts";
    }

    /**
     * The variant of a stream that is passed through: measured bandwidth (the window's peak and mean), shape of the newest
     * segment.
     *
     * @param window segments, oldest first; not empty
     * @param uri the media playlist, relative to the master playlist
     */
    public static MasterPlaylistWriter.Variant variant(List<Segment.Info> window, String uri) {
        long peak = 0;
        long bytes = 0;
        long ticks = 0;
        for (Segment.Info info : window) {
            peak = Math.max(peak, bitsPerSecond(info.bytes(), info.durationTicks()));
            bytes += info.bytes();
            ticks += info.durationTicks();
        }
        StreamShape shape = window.getLast().stream();
        return new MasterPlaylistWriter.Variant(uri, peak, bitsPerSecond(bytes, ticks), shape.codecs(), shape.width(),
                shape.height(), shape.frameRate());
    }

    private static long bitsPerSecond(long bytes, long ticks) {
        return ticks <= 0 ? 0 : Math.ceilDiv(bytes * 8 * Segment.Info.TIMESCALE, ticks);
    }
}

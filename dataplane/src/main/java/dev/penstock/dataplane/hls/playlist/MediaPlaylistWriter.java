package dev.penstock.dataplane.hls.playlist;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes media playlists. {@link #write} makes a whole one; {@link #header}, {@link #entry} and {@link #end} make the same
 * text in pieces, for long playlists whose older part does not change.
 */
public final class MediaPlaylistWriter {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);
    private static final int BYTES_PER_ENTRY = 120;

    private MediaPlaylistWriter() {}

    /** The whole playlist, every line ended by LF. */
    public static String write(MediaPlaylist playlist) {
        StringBuilder out = new StringBuilder(200 + playlist.entries().size() * BYTES_PER_ENTRY);
        header(out, playlist);
        for (MediaPlaylist.Entry entry : playlist.entries()) {
            entry(out, entry);
        }
        if (playlist.ended()) {
            end(out);
        }
        return out.toString();
    }

    /**
     * Everything before the first entry. Of the entries only whether one is a gap is looked at: EXT-X-GAP asks for
     * version 8. Otherwise version 6, the first in which TARGETDURATION bounds rounded durations.
     */
    public static void header(StringBuilder out, MediaPlaylist playlist) {
        boolean gaps = playlist.entries().stream().anyMatch(MediaPlaylist.Entry::gap);
        out.append("#EXTM3U\n#EXT-X-VERSION:").append(gaps ? 8 : 6).append('\n');
        if (playlist.independent()) {
            out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        out.append("#EXT-X-TARGETDURATION:").append(playlist.targetSeconds()).append('\n');
        if (playlist.type() != MediaPlaylist.Type.LIVE) {
            out.append("#EXT-X-PLAYLIST-TYPE:").append(playlist.type()).append('\n');
        }
        out.append("#EXT-X-MEDIA-SEQUENCE:").append(playlist.mediaSequence()).append('\n');
        out.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(playlist.discontinuitySequence()).append('\n');
    }

    /** EXT-X-MAP: where the initialization segment of the entries that follow is, relative to the playlist. */
    public static void map(StringBuilder out, String uri) {
        out.append("#EXT-X-MAP:URI=\"").append(uri).append("\"\n");
    }

    /** One entry with its tags. */
    public static void entry(StringBuilder out, MediaPlaylist.Entry entry) {
        if (entry.discontinuity()) {
            out.append("#EXT-X-DISCONTINUITY\n");
        }
        if (entry.programDateTimeMs().isPresent()) {
            date(out, entry.programDateTimeMs().getAsLong());
        }
        if (entry.gap()) {
            out.append("#EXT-X-GAP\n");
        }
        out.append("#EXTINF:");
        seconds(out, entry.durationTicks(), entry.timescale());
        out.append(",\n").append(entry.uri()).append('\n');
    }

    /** EXT-X-ENDLIST: no segment follows. */
    public static void end(StringBuilder out) {
        out.append("#EXT-X-ENDLIST\n");
    }

    /** EXT-X-PROGRAM-DATE-TIME, of ms since 1970. */
    static void date(StringBuilder out, long epochMs) {
        out.append("#EXT-X-PROGRAM-DATE-TIME:").append(DATE.format(Instant.ofEpochMilli(epochMs))).append('\n');
    }

    /** Seconds with six decimals, rounded to the nearest microsecond; no floating point, so sums do not drift. */
    static void seconds(StringBuilder out, long ticks, int timescale) {
        long micros = Math.floorDiv(Math.multiplyExact(ticks, 1_000_000L) + timescale / 2, timescale);
        out.append(micros / 1_000_000).append('.');
        String fraction = Long.toString(micros % 1_000_000);
        out.repeat('0', 6 - fraction.length()).append(fraction);
    }
}

package dev.penstock.dataplane.hls.playlist;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes master playlists (RFC 8216 section 4.3.4). */
public final class MasterPlaylistWriter {
    private MasterPlaylistWriter() {}

    /**
     * A variant stream. Attributes that are unknown are left out.
     *
     * @param uri its media playlist, relative to the master playlist
     * @param bandwidth peak bits per second of its segments, container included
     * @param averageBandwidth mean bits per second, 0 while unknown
     * @param codecs CODECS (RFC 6381), empty while unknown
     * @param width pixels, 0 while unknown or without video
     * @param height pixels, 0 while unknown or without video
     * @param frameRate frames per second, 0 while unknown
     * @param audio GROUP-ID of its audio renditions
     * @param noCaptions whether its video is known to carry no closed captions
     */
    public record Variant(String uri, long bandwidth, long averageBandwidth, String codecs, int width, int height,
            double frameRate, Optional<String> audio, boolean noCaptions) {
        /** A variant that carries all its tracks itself. */
        public Variant(String uri, long bandwidth, long averageBandwidth, String codecs, int width, int height,
                double frameRate) {
            this(uri, bandwidth, averageBandwidth, codecs, width, height, frameRate, Optional.empty(), false);
        }
    }

    /**
     * An audio rendition of a group (EXT-X-MEDIA, RFC 8216 section 4.3.4.1).
     *
     * @param group GROUP-ID
     * @param name NAME, unlike all others of its group
     * @param uri its media playlist, relative to the master playlist
     * @param first whether it is played when nobody chooses
     * @param channels audio channels, 0 while unknown
     */
    public record Audio(String group, String name, String uri, boolean first, int channels) {}

    /**
     * The playlist, every line ended by LF.
     *
     * @param variants variants, the one to start with first
     * @param independent whether all segments of all variants start with a key access unit
     */
    public static String write(List<Variant> variants, boolean independent) {
        return write(variants, List.of(), independent);
    }

    /**
     * The playlist, every line ended by LF.
     *
     * @param variants variants, the one to start with first
     * @param renditions audio renditions that variants name by their group
     * @param independent whether all segments of all variants and renditions start with a key access unit
     */
    public static String write(List<Variant> variants, List<Audio> renditions, boolean independent) {
        StringBuilder out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n");
        if (independent) {
            out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        for (Audio audio : renditions) {
            out.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"").append(audio.group()).append("\",NAME=\"")
                    .append(audio.name()).append("\",DEFAULT=").append(audio.first() ? "YES" : "NO")
                    .append(",AUTOSELECT=YES");
            if (audio.channels() > 0) {
                out.append(",CHANNELS=\"").append(audio.channels()).append('"');
            }
            out.append(",URI=\"").append(audio.uri()).append("\"\n");
        }
        for (Variant variant : variants) {
            out.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(Math.max(1, variant.bandwidth()));
            if (variant.averageBandwidth() > 0) {
                out.append(",AVERAGE-BANDWIDTH=").append(variant.averageBandwidth());
            }
            if (!variant.codecs().isEmpty()) {
                out.append(",CODECS=\"").append(variant.codecs()).append('"');
            }
            if (variant.width() > 0 && variant.height() > 0) {
                out.append(",RESOLUTION=").append(variant.width()).append('x').append(variant.height());
            }
            if (variant.frameRate() > 0) {
                out.append(",FRAME-RATE=").append(String.format(Locale.ROOT, "%.3f", variant.frameRate()));
            }
            variant.audio().ifPresent(group -> out.append(",AUDIO=\"").append(group).append('"'));
            if (variant.noCaptions()) {
                out.append(",CLOSED-CAPTIONS=NONE");
            }
            out.append('\n').append(variant.uri()).append('\n');
        }
        return out.toString();
    }
}

package dev.penstock.dataplane.vod.title;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.penstock.dataplane.dash.manifest.Manifest;
import dev.penstock.dataplane.dash.manifest.ManifestConfig;
import dev.penstock.dataplane.hls.playlist.CmafMaster;
import dev.penstock.dataplane.hls.playlist.MediaPlaylist;
import dev.penstock.dataplane.hls.playlist.MediaPlaylistWriter;
import dev.penstock.dataplane.media.mp4.TrackCoding;
import dev.penstock.dataplane.segment.CmafPart;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * Playlists and manifests of a title. Segments are called {@code {version}/{rendition}/{k}.m4s} beside them, in manifests {@code
 * {version}/{rendition}/time/{t}.m4s}. Pure.
 *
 * @param title what is played
 * @param version names what the file is now, in URLs
 */
public record TitleView(Title title, String version) {
    /** Name of an initialization segment. */
    public static final String INIT = "init-0.mp4";

    /** The master playlist: its media playlists are called {@code {rendition}.m3u8} beside it. */
    public String master() {
        return CmafMaster.write(view());
    }

    /** The media playlist of a rendition. */
    public String media(Rendition rendition) {
        String folder = version + "/" + rendition.name() + "/";
        List<MediaPlaylist.Entry> entries = new ArrayList<>(rendition.count());
        for (int i = 0; i < rendition.count(); i++) {
            entries.add(new MediaPlaylist.Entry(folder + i + ".m4s", rendition.durationTicks(i),
                    rendition.track().timescale(), false, OptionalLong.empty(), rendition.isGap(i)));
        }
        MediaPlaylist playlist = new MediaPlaylist(MediaPlaylist.Type.VOD, targetSeconds(), 0, 0,
                independent(rendition), entries, true);
        StringBuilder out = new StringBuilder(200 + entries.size() * 60);
        MediaPlaylistWriter.header(out, playlist);
        MediaPlaylistWriter.map(out, folder + INIT);
        entries.forEach(entry -> MediaPlaylistWriter.entry(out, entry));
        MediaPlaylistWriter.end(out);
        return out.toString();
    }

    /**
     * The manifest.
     *
     * @param modified when the file was written
     */
    public String manifest(Instant modified) {
        Duration target = Duration.ofSeconds(Title.TARGET_SECONDS);
        Duration longest = longest().compareTo(target) > 0 ? longest() : target;
        SegmentConfig segments = SegmentConfig.of(target, longest, longest.multipliedBy(3));
        return Manifest.NONE.next(view(), ManifestConfig.whole(segments, version + "/"), modified).text();
    }

    /** EXT-X-TARGETDURATION: no segment of the title, rounded to the nearest second, is longer. */
    private int targetSeconds() {
        long longest = 1;
        for (Rendition rendition : title.renditions()) {
            int timescale = rendition.track().timescale();
            for (int i = 0; i < rendition.count(); i++) {
                longest = Math.max(longest, (rendition.durationTicks(i) + timescale / 2) / timescale);
            }
        }
        return (int) longest;
    }

    /** The longest segment, rounded up to seconds. */
    private Duration longest() {
        long longest = 1;
        for (Rendition rendition : title.renditions()) {
            for (int i = 0; i < rendition.count(); i++) {
                longest = Math.max(longest,
                        Math.ceilDiv(rendition.durationTicks(i), (long) rendition.track().timescale()));
            }
        }
        return Duration.ofSeconds(longest);
    }

    private static boolean independent(Rendition rendition) {
        return rendition.track().samples().at(rendition.first()[0]).isKey();
    }

    private CmafView view() {
        return new CmafView(1, title.renditions().stream().map(TitleView::rendition).toList(), true);
    }

    private static CmafRendition rendition(Rendition rendition) {
        CmafTrackInfo info = info(rendition);
        int timescale = rendition.track().timescale();
        boolean independent = independent(rendition);
        List<CmafSegment> segments = new ArrayList<>(rendition.count());
        for (int i = 0; i < rendition.count(); i++) {
            long start = rendition.start()[i];
            long duration = rendition.durationTicks(i);
            int bytes = (int) rendition.bytes()[i];
            List<CmafPart> parts = rendition.isGap(i)
                    ? List.of()
                    : List.of(new CmafPart(start, duration, independent, bytes));
            segments.add(new CmafSegment(i, 0, false, independent,
                    start / timescale * 1000 + start % timescale * 1000 / timescale, start, duration, timescale, bytes,
                    "0", info, parts, true));
        }
        return new CmafRendition(rendition.name(), rendition.track().coding().video(), segments);
    }

    private static CmafTrackInfo info(Rendition rendition) {
        TrackCoding coding = rendition.track().coding();
        int frames = rendition.first()[rendition.count()] - rendition.first()[0];
        double seconds = (rendition.endTicks() - rendition.start()[0]) / (double) rendition.track().timescale();
        return new CmafTrackInfo(coding.codecs(), coding.width(), coding.height(),
                coding.video() && seconds > 0 ? frames / seconds : 0, coding.sampleRate(), coding.channels());
    }
}

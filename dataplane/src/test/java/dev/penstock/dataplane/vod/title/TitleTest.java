package dev.penstock.dataplane.vod.title;

import java.time.Instant;
import java.util.Arrays;

import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.media.mp4.Mp4Index;
import dev.penstock.dataplane.media.mp4.Mp4Limits;
import dev.penstock.dataplane.media.mp4.Mp4Reader;
import dev.penstock.dataplane.media.mp4.SampleTable;
import dev.penstock.dataplane.vod.MediaFile;

import static org.assertj.core.api.Assertions.assertThat;

class TitleTest {
    private static final String FILM = "progressive-bframes.mp4";

    private static Title title(byte[] file) throws Exception {
        Mp4Index index = Mp4Reader.read(MediaFile.source(file), Mp4Limits.DEFAULTS);
        return Title.of(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {FILM, "progressive-hevc.mp4"})
    void shouldPutEachSampleIntoOneSegment(String name) throws Exception {
        for (Rendition rendition : title(MediaFile.read(name)).renditions()) {
            int count = rendition.track().samples().count();
            assertThat(rendition.first()).startsWith(0).endsWith(count).isSorted();
            SampleTable.Cursor cursor = rendition.track().samples().at(0);
            for (int k = 0; k < rendition.count(); k++) {
                SegmentPlan plan = SegmentPlan.of(rendition, k, UnpooledByteBufAllocator.DEFAULT);
                long bytes = 0;
                while (cursor.sample() < rendition.first()[k + 1]) {
                    int run = plan.runAt(bytes);
                    assertThat(plan.offsets()[run] + bytes - plan.before()[run]).isEqualTo(cursor.offset());
                    bytes += cursor.bytes();
                    cursor.next();
                }
                assertThat(plan.mediaBytes()).isEqualTo(bytes);
                plan.head().release();
            }
        }
    }

    @Test
    void shouldCutAtTheKeysNearestToTheTarget() throws Exception {
        Title title = title(MediaFile.read(FILM));
        assertThat(title.renditions()).extracting(Rendition::name).containsExactly("video", "audio", "audio2");
        Rendition video = title.renditions().getFirst();
        assertThat(video.first()).containsExactly(0, 150, 250);
        assertThat(video.start()).containsExactly(0, 6 * 12_800, 10 * 12_800);
        Rendition audio = title.renditions().getLast();
        assertThat(audio.start()[1]).as("the first frame at 6 s or later").isBetween(288_000L, 288_000L + 1023);
        assertThat(audio.durationTicks(0) + audio.durationTicks(1)).isEqualTo(480_000);
        assertThat(audio.at(audio.start()[1])).isEqualTo(1);
        assertThat(audio.at(audio.start()[1] + 1)).isNegative();
    }

    @Test
    void shouldWriteVodPlaylists() throws Exception {
        Title title = title(MediaFile.read(FILM));
        TitleView view = new TitleView(title, "v1");
        assertThat(view.media(title.renditions().getFirst())).isEqualTo("""
                #EXTM3U
                #EXT-X-VERSION:6
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-TARGETDURATION:6
                #EXT-X-PLAYLIST-TYPE:VOD
                #EXT-X-MEDIA-SEQUENCE:0
                #EXT-X-DISCONTINUITY-SEQUENCE:0
                #EXT-X-MAP:URI="v1/video/init-0.mp4"
                #EXTINF:6.000000,
                v1/video/0.m4s
                #EXTINF:4.000000,
                v1/video/1.m4s
                #EXT-X-ENDLIST
                """);
        assertThat(view.master()).contains("CODECS=\"avc1.64000a,mp4a.40.2\",RESOLUTION=128x72,FRAME-RATE=25.000")
                .contains("NAME=\"audio2\",DEFAULT=NO").contains("BANDWIDTH=");
    }

    @Test
    void shouldWriteAStaticManifest() throws Exception {
        TitleView view = new TitleView(title(MediaFile.read(FILM)), "v1");
        String manifest = view.manifest(Instant.EPOCH.plusSeconds(5));
        assertThat(manifest)
                .contains("type=\"static\"", "mediaPresentationDuration=\"PT10S\"", "<Period id=\"0\" start=\"PT0S\">",
                        "media=\"v1/$RepresentationID$/time/$Time$.m4s\"",
                        "initialization=\"v1/$RepresentationID$/init-0.mp4\"",
                        "<S t=\"0\" d=\"76800\"/>", "<S d=\"51200\"/>")
                .doesNotContain("UTCTiming", "minimumUpdatePeriod");
        assertThat(view.manifest(Instant.EPOCH.plusSeconds(5))).isEqualTo(manifest);
        assertThat(manifest.split("<AdaptationSet ", -1)).hasSize(4);
    }

    /** The edit list of a track of the film, changed: media_time and duration in the movie's ticks of 1 ms. */
    private static byte[] edited(int track, int mediaTime, int durationMs) {
        byte[] file = MediaFile.read(FILM).clone();
        int at = 0;
        for (int i = 0; i <= track; i++) {
            at = MediaFile.find(file, "elst", at + 1);
        }
        MediaFile.putInt(file, at + 12, durationMs);
        MediaFile.putInt(file, at + 16, mediaTime);
        return file;
    }

    @Test
    void shouldPresentWhatTheEditListSays() throws Exception {
        Title title = title(edited(0, 1024 + 3 * 12_800, 5000));
        Rendition video = title.renditions().getFirst();
        assertThat(video.first()[0]).as("from the key at 2 s on, for the picture at 3 s").isEqualTo(50);
        assertThat(video.first()[video.count()]).as("up to 8 s, and what is decoded before").isBetween(200, 204);
        assertThat(video.start()[0]).isZero();
        assertThat(video.endTicks()).isEqualTo(5 * 12_800);
    }

    @Test
    void shouldLeaveGapsWhereARenditionHasNothing() throws Exception {
        Title title = title(edited(1, 1024, 2000));
        Rendition audio = title.renditions().get(1);
        assertThat(title.renditions()).extracting(Rendition::count).containsOnly(2);
        assertThat(audio.isGap(0)).isFalse();
        assertThat(audio.isGap(1)).isTrue();
        assertThat(audio.durationTicks(0)).isEqualTo(96_000);
        assertThat(audio.at(audio.start()[1])).as("nothing there").isNegative();
        TitleView view = new TitleView(title, "v1");
        assertThat(view.media(audio)).contains("#EXT-X-GAP\n#EXTINF:");
        assertThat(view.manifest(Instant.EPOCH)).contains("<Period id=\"0.1\" start=\"PT6S\">");
        assertThat(Arrays.stream(title.renditions().getFirst().first()).toArray()).containsExactly(0, 150, 250);
    }
}

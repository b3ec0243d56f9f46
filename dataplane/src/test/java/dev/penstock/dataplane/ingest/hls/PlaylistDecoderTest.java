package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PlaylistDecoderTest {
    @Test
    void shouldReadALivePlaylist() throws PlaylistException {
        Playlist playlist = PlaylistDecoder.decode("""
                #EXTM3U\r
                #EXT-X-VERSION:4\r
                #EXT-X-TARGETDURATION:6
                #EXT-X-MEDIA-SEQUENCE:41
                #EXT-X-KEY:METHOD=NONE
                #EXTINF:5.96,a title, with commas
                a.ts?x=1
                #EXT-X-DISCONTINUITY
                #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z
                #EXTINF:6
                #EXT-X-BYTERANGE:1000@500
                b.ts

                #EXTINF:4,
                #EXT-X-BYTERANGE:200
                b.ts
                #EXT-X-GAP
                #EXTINF:1,
                c.ts
                # a comment
                """);

        assertThat(playlist).isEqualTo(new Playlist.Media(Duration.ofSeconds(6), 41, List.of(
                segment("a.ts?x=1", 5960, false, false, null),
                segment("b.ts", 6000, true, false, new Playlist.Range(500, 1000)),
                segment("b.ts", 4000, false, false, new Playlist.Range(1500, 200)),
                segment("c.ts", 1000, false, true, null)),
                false, false));
    }

    @Test
    void shouldTellHowSegmentsAreEncrypted() throws PlaylistException {
        Playlist.Media media = (Playlist.Media) PlaylistDecoder.decode("""
                #EXTM3U
                #EXT-X-TARGETDURATION:6
                #EXT-X-MEDIA-SEQUENCE:41
                #EXTINF:1,
                a.ts
                #EXT-X-KEY:METHOD=AES-128,URI="k?a=1,2"
                #EXTINF:1,
                b.ts
                #EXTINF:1,
                c.ts
                #EXT-X-KEY:METHOD=AES-128,URI="l",IV=0xfedcba98765432100123456789abcdef,KEYFORMAT="identity"
                #EXTINF:1,
                d.ts
                #EXT-X-KEY:METHOD=AES-128,URI="l",IV=0X1F
                #EXTINF:1,
                e.ts
                #EXT-X-KEY:METHOD=NONE
                #EXTINF:1,
                f.ts
                """);
        assertThat(media.segments()).extracting(Playlist.Segment::key).containsExactly(Optional.empty(),
                Optional.of(new Playlist.Key("k?a=1,2", 0, 42)), Optional.of(new Playlist.Key("k?a=1,2", 0, 43)),
                Optional.of(new Playlist.Key("l", 0xfedcba9876543210L, 0x0123456789abcdefL)),
                Optional.of(new Playlist.Key("l", 0, 31)), Optional.empty());
    }

    @Test
    void shouldTellWhatToReadBeforeSegments() throws PlaylistException {
        Playlist.Media media = (Playlist.Media) PlaylistDecoder.decode("""
                #EXTM3U
                #EXT-X-TARGETDURATION:6
                #EXT-X-MAP:URI="init.mp4",BYTERANGE="700@20"
                #EXTINF:1,
                a.m4s
                #EXTINF:1,
                b.m4s
                #EXT-X-MAP:URI="other.mp4"
                #EXTINF:1,
                c.m4s
                """);
        Playlist.Section first = new Playlist.Section("init.mp4", Optional.of(new Playlist.Range(20, 700)));
        assertThat(media.segments()).extracting(Playlist.Segment::section).containsExactly(Optional.of(first),
                Optional.of(first), Optional.of(new Playlist.Section("other.mp4", Optional.empty())));
    }

    @Test
    void shouldReadAnEndedPlaylist() throws PlaylistException {
        assertThat(PlaylistDecoder
                .decode("\uFEFF#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-ENDLIST"))
                .isEqualTo(new Playlist.Media(Duration.ofSeconds(1), 0, List.of(), true, true));
    }

    @Test
    void shouldChooseTheBestVariantThatHoldsItsAudio() throws PlaylistException {
        Playlist.Master master = (Playlist.Master) PlaylistDecoder.decode("""
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="far",NAME="x, y",URI="audio.m3u8"
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="near",NAME="main"
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="near",NAME="other",URI="other.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="far",CODECS="avc1,mp4a"
                high.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=500,AUDIO="near"
                middle.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=100
                low.m3u8
                """);

        assertThat(VariantPlanner.best(master).uri()).isEqualTo("middle.m3u8");
        Playlist.Master far = new Playlist.Master(master.variants().subList(0, 1));
        assertThatThrownBy(() -> VariantPlanner.best(far))
                .hasMessage("has its audio in playlists of its own (AUDIO=\"far\"),"
                        + " not served yet (expected: a variant with its audio muxed in)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"<html>|is no playlist (expected: #EXTM3U in the first line)",
            "#EXTM3U|has neither variants nor EXT-X-TARGETDURATION (expected: one of them)",
            "#EXTM3U~#EXT-X-KEY:METHOD=SAMPLE-AES,URI='k'|is encrypted (EXT-X-KEY METHOD=SAMPLE-AES), not served (expected: MPEG-TS segments, in the clear or with AES-128, or fMP4 in the clear)",
            "#EXTM3U~#EXT-X-KEY:METHOD=AES-128|is encrypted (EXT-X-KEY METHOD=AES-128), not served (expected: MPEG-TS segments, in the clear or with AES-128, or fMP4 in the clear)",
            "#EXTM3U~#EXT-X-KEY:METHOD=AES-128,URI='k',IV=0xg|says #EXT-X-KEY with IV=0xg (expected: 0x and up to 32 hexadecimal digits)",
            "#EXTM3U~#EXT-X-MAP:BYTERANGE='1@0'|says #EXT-X-MAP without URI (expected: MPEG-TS segments, in the clear or with AES-128, or fMP4 in the clear)",
            "#EXTM3U~#EXTINF:x,|says #EXTINF:x (expected: seconds, 0 to 86400)",
            "#EXTM3U~#EXT-X-TARGETDURATION:NaN|says #EXT-X-TARGETDURATION:NaN (expected: seconds, 0 to 86400)",
            "#EXTM3U~#EXT-X-MEDIA-SEQUENCE:-1|says #EXT-X-MEDIA-SEQUENCE:-1 (expected: a whole number)",
            "#EXTM3U~#EXT-X-BYTERANGE:0|has an empty #EXT-X-BYTERANGE:0"})
    void shouldSayWhyAPlaylistCannotBePlayed(String text, String message) {
        assertThatThrownBy(() -> PlaylistDecoder.decode(text.replace('~', '\n').replace('\'', '"')))
                .isInstanceOf(PlaylistException.class).hasMessage(message);
    }

    @Property(tries = 3000)
    void shouldEndWithAPlaylistOrARefusal(@ForAll("lines") List<String> lines) {
        String text = "#EXTM3U\n" + String.join("\n", lines);
        try {
            switch (PlaylistDecoder.decode(text)) {
                case Playlist.Master master -> assertThat(master.variants()).isNotEmpty();
                case Playlist.Media media -> {
                    assertThat(media.target()).isBetween(Duration.ZERO, Duration.ofDays(1));
                    SegmentPlanner planner = new SegmentPlanner();
                    planner.read(media);
                    for (int i = 0; i <= media.segments().size()
                            && planner.step() instanceof SegmentPlanner.Play; i++) {
                        assertThat(i).isLessThan(media.segments().size());
                    }
                }
            }
        } catch (PlaylistException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
        }
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> tags = Arbitraries.of("#EXTINF:", "#EXT-X-TARGETDURATION:", "#EXT-X-MEDIA-SEQUENCE:",
                "#EXT-X-DISCONTINUITY", "#EXT-X-GAP", "#EXT-X-ENDLIST", "#EXT-X-BYTERANGE:", "#EXT-X-STREAM-INF:",
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"", "#EXT-X-KEY:METHOD=", "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=",
                "#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-MAP:URI=\"i\",BYTERANGE=\"", "#", "a.ts");
        Arbitrary<String> values = Arbitraries.oneOf(Arbitraries.integers().map(String::valueOf),
                Arbitraries.longs().map(String::valueOf), Arbitraries.doubles().map(String::valueOf),
                Arbitraries.strings().ascii().ofMaxLength(20), Arbitraries.strings().ofMaxLength(10),
                Arbitraries.of("BANDWIDTH=1,AUDIO=\"a\"", "1@2", "NONE", "\""));
        Arbitrary<String> any = net.jqwik.api.Combinators.combine(tags, values).as(String::concat);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(4, any), net.jqwik.api.Tuple.of(1, tags)).list()
                .ofMaxSize(30);
    }

    private static Playlist.Segment segment(String uri, long millis, boolean discontinuity, boolean gap,
            Playlist.Range range) {
        return new Playlist.Segment(uri, Duration.ofMillis(millis), discontinuity, gap, Optional.ofNullable(range),
                Optional.empty(), Optional.empty());
    }
}

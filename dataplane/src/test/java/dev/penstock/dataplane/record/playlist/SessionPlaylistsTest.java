package dev.penstock.dataplane.record.playlist;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.record.spool.SpooledSegments;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;

import static org.assertj.core.api.Assertions.assertThat;

class SessionPlaylistsTest {
    private static final long START = 1_792_584_000_000L;

    @Test
    void shouldShowGapsAndBreaks() {
        List<SpooledSegment> segments = new ArrayList<>();
        segments.add(segment(10, 0, 2000, 5));
        segments.add(segment(11, 2000, 2000, 5));
        // two of 2 s are missing
        segments.add(segment(14, 8000, 2000, 5));
        // another source, nothing missing
        segments.add(segment(15, 12_345, 1920, 6));
        // a restart
        segments.add(segment(216_000_000, 20_000, 4000, 216_000_000));
        Golden.assertSame(getClass(), "media.m3u8", SessionPlaylists.media(segments, 4, false));
        Golden.assertSame(getClass(), "media-ended.m3u8", SessionPlaylists.media(segments, 4, true));
        Golden.assertSame(getClass(), "master.m3u8", SessionPlaylists.master(segments,
                new StreamShape("avc1.64001f,mp4a.40.2", 1280, 720, 25), "source/media.m3u8"));
    }

    @Test
    void shouldNeverListAnEntryAboveTheTarget() {
        List<SpooledSegment> segments = List.of(segment(1, 0, 4400, 1), segment(9, 60_000, 5600, 1));
        String text = SessionPlaylists.media(segments, 4, false);
        assertThat(text).contains("#EXT-X-TARGETDURATION:6\n");
        assertThat(text.lines().filter("#EXT-X-GAP"::equals)).hasSize(10);
        assertThat(text.lines().filter(l -> l.startsWith("#EXTINF:")).map(l -> l.substring(8, l.length() - 1))
                .mapToDouble(Double::parseDouble).max()).hasValue(5.6);
    }

    @Test
    void shouldCutPartsOfHalfAnHour() {
        List<SpooledSegment> segments = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            segments.add(segment(i, i * 2000L, 2000, 1));
        }
        int end = SessionPlaylists.partEnd(segments, 0);
        assertThat(end).isEqualTo(900);
        assertThat(SessionPlaylists.partEnd(segments, end)).isEqualTo(-1);
        String part = SessionPlaylists.part(segments.subList(0, end), 0, 4);
        assertThat(part).contains("#EXT-X-PLAYLIST-TYPE:VOD\n").endsWith("#EXT-X-ENDLIST\n");
        assertThat(part.lines().filter(l -> l.endsWith(".ts"))).hasSize(900);
    }

    @Test
    void shouldOnlyEverRaiseTheNumbersOfTheLiveWindow() {
        List<SpooledSegment> segments = new ArrayList<>();
        LiveWindow window = LiveWindow.START;
        List<String> urisByNumber = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // every seventh number is missing, every tenth begins another run
            if (i % 7 != 3) {
                segments.add(segment(i, i * 2000L, 2000, 1 + i / 10));
                window = window.advance(segments, 4);
                List<String> uris = SessionPlaylists.live(segments, window, 4, false).lines()
                        .filter(l -> l.endsWith(".ts")).toList();
                for (int j = 0; j < uris.size(); j++) {
                    int number = (int) window.mediaSequence() + j;
                    if (number == urisByNumber.size()) {
                        urisByNumber.add(uris.get(j));
                    }
                    assertThat(urisByNumber.get(number)).isEqualTo(uris.get(j));
                }
                assertThat(uris.stream().filter(u -> !u.startsWith("gap"))).hasSizeLessThanOrEqualTo(6);
            }
        }
        assertThat(window.discontinuitySequence()).isEqualTo(3);
        assertThat(segments.subList(window.first(), segments.size())).hasSize(6);
    }

    private static SpooledSegment segment(long sequence, long startMs, long durationMs, long discontinuity) {
        return SpooledSegments.of(new SegmentName(sequence, START + startMs, durationMs * 90, 90_000, discontinuity,
                "ts", 3, (int) sequence), durationMs * 125);
    }
}

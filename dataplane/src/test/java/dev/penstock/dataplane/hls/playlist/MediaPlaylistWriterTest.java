package dev.penstock.dataplane.hls.playlist;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.model.PlaylistType;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MediaPlaylistWriterTest {
    private static final long START_MS = 1_790_000_000_123L;

    static Segment.Info info(long sequence, long dseq, boolean discontinuity, boolean independent, long startMs,
            long ticks) {
        return new Segment.Info(sequence, dseq, discontinuity, independent, startMs, ticks, 500_000,
                StreamShape.UNKNOWN);
    }

    private static List<Segment.Info> window() {
        List<Segment.Info> window = new ArrayList<>();
        window.add(info(215_000_000, 214_000_000, false, true, START_MS, 180_000));
        window.add(info(215_000_001, 214_000_000, false, true, START_MS + 2000, 179_999));
        window.add(info(215_000_002, 214_000_001, true, true, START_MS + 9000, 183_003));
        return window;
    }

    @Test
    void shouldWriteLiveWindow() throws Exception {
        String text = MediaPlaylistWriter.write(LivePlaylists.media(window(), 4, false));
        Golden.assertSame(getClass(), "live.m3u8", text);
        var parsed = new MediaPlaylistParser().readPlaylist(text);
        assertThat(parsed.mediaSequence()).isEqualTo(215_000_000);
        assertThat(parsed.discontinuitySequence()).isEqualTo(214_000_000);
        assertThat(parsed.targetDuration()).isEqualTo(4);
        assertThat(parsed.ongoing()).isTrue();
        assertThat(parsed.mediaSegments()).extracting(MediaSegment::discontinuity).containsExactly(false, false, true);
        assertThat(parsed.mediaSegments()).extracting(MediaSegment::duration).containsExactly(2.0, 1.999989, 2.033367);
        assertThat(parsed.mediaSegments().getFirst().programDateTime())
                .contains(OffsetDateTime.parse("2026-09-21T14:13:20.123Z"));
    }

    @Test
    void shouldCountTheFirstSegmentsDiscontinuityAfterTheHeaderWhenItLeadsTheWindow() throws Exception {
        String text = MediaPlaylistWriter.write(LivePlaylists.media(window().subList(2, 3), 4, false));
        var parsed = new MediaPlaylistParser().readPlaylist(text);
        assertThat(parsed.discontinuitySequence()).isEqualTo(214_000_000);
        assertThat(parsed.mediaSegments().getFirst().discontinuity()).isTrue();
    }

    @Test
    void shouldNotPromiseIndependenceWhenOneSegmentIsNot() {
        List<Segment.Info> window = window();
        window.add(info(215_000_003, 214_000_001, false, false, START_MS + 11_000, 360_000));
        assertThat(MediaPlaylistWriter.write(LivePlaylists.media(window, 4, false)))
                .doesNotContain("INDEPENDENT-SEGMENTS");
    }

    @Test
    void shouldWriteEventWithGapAndEnd() throws Exception {
        var entries = List.of(
                new MediaPlaylist.Entry("../a-1.ts", 90_090, 30_000, false, OptionalLong.of(START_MS), false),
                new MediaPlaylist.Entry("gap-2.ts", 4_000, 1_000, true, OptionalLong.empty(), true),
                new MediaPlaylist.Entry("a-3.ts", 1, 48_000, true, OptionalLong.empty(), false));
        String text = MediaPlaylistWriter
                .write(new MediaPlaylist(MediaPlaylist.Type.EVENT, 4, 0, 0, false, entries, true));
        Golden.assertSame(getClass(), "event.m3u8", text);
        var parsed = new MediaPlaylistParser().readPlaylist(text);
        assertThat(parsed.playlistType()).contains(PlaylistType.EVENT);
        assertThat(parsed.ongoing()).isFalse();
        assertThat(parsed.version()).contains(8);
        assertThat(parsed.mediaSegments()).extracting(MediaSegment::gap).containsExactly(false, true, false);
        assertThat(parsed.mediaSegments()).extracting(MediaSegment::duration).containsExactly(3.003, 4.0, 0.000021);
    }

    @Test
    void shouldRefuseTargetBelowOneSecond() {
        assertThatThrownBy(() -> new MediaPlaylist(MediaPlaylist.Type.LIVE, 0, 0, 0, false, List.of(), false))
                .hasMessage("targetSeconds: 0 (expected: >= 1)");
    }
}

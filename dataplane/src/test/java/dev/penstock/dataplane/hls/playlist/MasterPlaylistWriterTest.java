package dev.penstock.dataplane.hls.playlist;

import java.util.List;

import io.lindstrom.m3u8.model.Variant;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;

import static org.assertj.core.api.Assertions.assertThat;

class MasterPlaylistWriterTest {
    private static Segment.Info info(int bytes, StreamShape shape) {
        return new Segment.Info(1, 1, false, true, 0, 180_000, bytes, shape);
    }

    @Test
    void shouldMeasureBandwidthAndTellShapeOfNewestSegment() throws Exception {
        var shape = new StreamShape("avc1.64001f,mp4a.40.2", 1280, 720, 30_000 / 1001.0);
        var variant = LivePlaylists.variant(List.of(info(1_000_000, StreamShape.UNKNOWN), info(500_000, shape)),
                "media.m3u8");
        String text = MasterPlaylistWriter.write(List.of(variant), true);
        Golden.assertSame(getClass(), "full.m3u8", text);
        Variant parsed = new MasterPlaylistParser().readPlaylist(text).variants().getFirst();
        assertThat(parsed.bandwidth()).isEqualTo(4_000_000);
        assertThat(parsed.averageBandwidth()).contains(3_000_000L);
        assertThat(parsed.codecs()).containsExactly("avc1.64001f", "mp4a.40.2");
        assertThat(parsed.resolution()).hasValueSatisfying(r -> assertThat(r.width()).isEqualTo(1280));
        assertThat(parsed.frameRate()).contains(29.970);
    }

    @Test
    void shouldLeaveOutWhatIsUnknown() throws Exception {
        String text = MasterPlaylistWriter
                .write(List.of(LivePlaylists.variant(List.of(info(0, StreamShape.UNKNOWN)), "media.m3u8")), false);
        assertThat(text).isEqualTo("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8\n");
        assertThat(new MasterPlaylistParser().readPlaylist(text).variants()).hasSize(1);
    }
}

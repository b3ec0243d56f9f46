package dev.penstock.dataplane.hls.playlist;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.segment.CmafView;

import static org.assertj.core.api.Assertions.assertThat;

class CmafMasterTest {
    private JsonNode golden(String file, CmafView view) {
        String text = CmafMaster.write(view);
        Golden.assertSame(getClass(), file, text);
        return PlaylistCheck.check(text);
    }

    @Test
    void shouldGroupAudioAndMeasureBandwidth() {
        JsonNode parsed = golden("video-audio.m3u8", CmafViews.of(4, 1).view("video", "audio"));
        JsonNode variant = parsed.at("/playlists/0/attributes");
        // The largest video segment and the largest audio segment, 2 s each.
        assertThat(variant.get("BANDWIDTH").asLong()).isEqualTo((340_000 + 20_000) * 4);
        assertThat(variant.get("AVERAGE-BANDWIDTH").asLong()).isEqualTo((265_000 + 20_000) * 4);
        assertThat(variant.get("CODECS").asText()).isEqualTo("avc1.64001f,mp4a.40.2");
        assertThat(parsed.at("/mediaGroups/AUDIO/audio/audio/default").asBoolean()).isTrue();
    }

    @Test
    void shouldNameEachAudioTrack() {
        golden("two-audio.m3u8", CmafViews.of(4, 1).view("video", "audio", "audio2"));
    }

    @Test
    void shouldOfferAudioAlone() {
        golden("audio-only.m3u8", CmafViews.of(4, 1).view("audio"));
    }

    @Test
    void shouldOfferVideoAlone() {
        golden("video-only.m3u8", CmafViews.of(4, 1).view("video"));
    }

    @Test
    void shouldWaitForAllRenditionsButNotForOneThatLags() {
        CmafView both = CmafViews.of(1, 0).view("video", "audio");
        assertThat(CmafMaster.isReady(both)).isTrue();
        CmafView open = CmafViews.of(0, 3).view("video", "audio");
        assertThat(CmafMaster.isReady(open)).isFalse();
        assertThat(CmafMaster.isReady(new CmafView(1,
                java.util.List.of(both.renditions().getFirst(), open.renditions().getLast()), false))).isFalse();
        assertThat(CmafMaster.isReady(new CmafView(1, java.util.List
                .of(CmafViews.of(2, 0).rendition("video"), open.renditions().getLast()), false))).isTrue();
        assertThat(CmafMaster.isReady(CmafView.EMPTY)).isFalse();
    }
}

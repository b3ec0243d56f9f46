package dev.penstock.dataplane.hls.playlist;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

import static dev.penstock.dataplane.hls.playlist.CmafViews.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

class CmafPlaylistWriterTest {
    private static String write(CmafConfig config, CmafView view, String rendition, boolean skip) {
        return CmafPlaylistWriter.write(LowLatency.of(config), view, view.rendition(rendition).orElseThrow(), skip);
    }

    private static String video(CmafViews at, boolean skip) {
        return write(CmafViews.lowLatency(60), at.view("video", "audio"), "video", skip);
    }

    private void golden(String file, String playlist) {
        Golden.assertSame(getClass(), file, playlist);
        PlaylistCheck.check(playlist);
    }

    @Test
    void shouldListWholeSegmentsWhereNoPartsAreOffered() {
        golden("plain.m3u8", write(CmafViews.plain(24), CmafViews.of(3, 0).view("video", "audio"), "video", false));
    }

    @Test
    void shouldOfferDeltaUpdatesOfALongWindowWithoutParts() {
        String text = write(CmafViews.plain(3600), CmafViews.of(30, 0).view("video"), "video", true);
        assertThat(PlaylistCheck.check(text).at("/skip/skippedSegments").asInt()).isEqualTo(18);
        assertThat(text).contains("#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24,HOLD-BACK=12\n");
    }

    @Test
    void shouldListPartsOfTheLastThreeTargetDurationsAndHintAtTheNext() {
        String text = write(CmafViews.lowLatency(12), CmafViews.of(5, 2).view("video", "audio"), "video", false);
        golden("low-latency.m3u8", text);
        JsonNode parsed = JsPlaylistParser.parse(text);
        assertThat(parsed.at("/serverControl/partHoldBack").asDouble()).isEqualTo(1.5);
        assertThat(parsed.at("/preloadSegment/parts")).hasSize(2);
        assertThat(parsed.at("/preloadSegment/preloadHints/0/uri").asText())
                .isEqualTo("video/" + (FIRST + 5) + ".2.m4s");
        assertThat(parsed.at("/renditionReports/0/lastPart").asInt()).isEqualTo(1);
    }

    @Test
    void shouldHintAtTheFirstPartOfTheNextSegmentWhenTheNewestIsComplete() {
        String text = video(CmafViews.of(5, 0), false);
        PlaylistCheck.check(text);
        assertThat(text).contains("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"video/" + (FIRST + 5) + ".0.m4s\"\n");
    }

    @Test
    void shouldMarkPartsOfAudioIndependent() {
        String text = write(CmafViews.lowLatency(12), CmafViews.of(2, 1).view("video", "audio"), "audio", false);
        golden("audio.m3u8", text);
    }

    @Test
    void shouldEndWithoutHintAndReports() {
        CmafView live = CmafViews.of(3, 0).view("video", "audio");
        String text = write(CmafViews.lowLatency(12), new CmafView(9, live.renditions(), true), "video", false);
        PlaylistCheck.check(text);
        assertThat(text).endsWith("#EXT-X-ENDLIST\n").doesNotContain("PRELOAD-HINT", "RENDITION-REPORT");
    }

    @Test
    void shouldPutDiscontinuityAndInitBeforeThePartsOfAnOpenSegment() {
        golden("break-in-open-segment.m3u8", video(new CmafViews(FIRST, 4 * 4 + 1, FIRST + 4), false));
    }

    @Test
    void shouldWriteDeltaUpdate() {
        golden("delta.m3u8", video(CmafViews.of(10, 1), true));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 14, 19})
    void shouldMeanTheSameAfterADeltaUpdateWhereverTheDiscontinuityIs(int breakAt) {
        for (int parts = 60; parts < 84; parts++) {
            CmafViews before = new CmafViews(FIRST + 1, parts, FIRST + breakAt);
            CmafViews now = new CmafViews(FIRST + 2, parts + 4, FIRST + breakAt);
            String delta = video(now, true);
            PlaylistRules.broken(delta).forEach(rule -> assertThat(rule).as(delta).isEmpty());
            String merged = PlaylistCheck.merged(video(before, false), delta);
            String full = video(now, false);
            assertThat(PlaylistRules.brokenBetween(full, merged)).as(merged).isEmpty();
            assertThat(PlaylistRules.brokenBetween(video(before, false), full)).isEmpty();
            assertThat(PlaylistRules.brokenBetween(video(before, false), delta)).isEmpty();
        }
    }

    @Test
    void shouldMergeToWhatTheParserReadsOfTheWholePlaylist() {
        CmafViews now = new CmafViews(FIRST + 1, 64, FIRST + 5);
        String merged = PlaylistCheck.merged(video(new CmafViews(FIRST, 60, FIRST + 5), false), video(now, true));
        JsonNode whole = JsPlaylistParser.parse(video(now, false));
        assertThat(segments(JsPlaylistParser.parse(merged))).isEqualTo(segments(whole)).hasSize(15);
    }

    private static List<String> segments(JsonNode parsed) {
        return parsed.get("segments").valueStream().map(s -> s.get("uri") + " " + s.get("timeline") + " "
                + s.get("duration") + s.get("map") + s.get("dateTimeString")).toList();
    }

    @Test
    void shouldMarkAGapAndGoOn() {
        CmafRendition audio = CmafViews.of(3, 1).rendition("audio");
        List<CmafSegment> segments = new java.util.ArrayList<>(audio.segments());
        CmafSegment lost = segments.get(1);
        segments.set(1, new CmafSegment(lost.sequence(), lost.discontinuitySequence(), false, true, lost.startEpochMs(),
                lost.startTicks(), lost.durationTicks(), lost.timescale(), 0, lost.init(), lost.info(), List.of(),
                true));
        CmafView view = new CmafView(1, List.of(new CmafRendition("audio", false, segments)), false);
        golden("gap.m3u8", write(CmafViews.lowLatency(12), view, "audio", false));
    }

    @Test
    void shouldHideTheRunBeforeWhenNumbersJump() {
        CmafRendition old = CmafViews.of(3, 0).rendition("video");
        CmafSegment last = old.segments().getLast();
        List<CmafSegment> both = new java.util.ArrayList<>(old.segments());
        both.add(new CmafSegment(last.sequence() + 100, 90, true, true, last.startEpochMs() + 9000, 0,
                last.durationTicks(), last.timescale(), last.bytes(), "9z", last.info(), last.parts(), true));
        CmafView view = new CmafView(1, List.of(new CmafRendition("video", true, both)), false);
        String text = write(CmafViews.plain(24), view, "video", false);
        PlaylistCheck.check(text);
        assertThat(text).contains("#EXT-X-MEDIA-SEQUENCE:" + (last.sequence() + 100) + "\n",
                "#EXT-X-DISCONTINUITY-SEQUENCE:89\n").containsOnlyOnce("#EXTINF");
    }
}

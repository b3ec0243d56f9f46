package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Cameras played by GStreamer's RTSP server. */
class RtspPullIT extends PullIT {
    /** GStreamer may take its time to begin. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static GstServer server;

    @BeforeAll
    static void start() {
        server = new GstServer();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"/h264-aac,H264 AAC,false", "/h264-latm,H264 AAC,false", "/h264-opus,H264 OPUS,false",
            "/h264-pcma,H264 AAC,false", "/h264-pcmu,H264 AAC,true", "/h265-aac,H265 AAC,false",
            "/bframes,H264 AAC,false", "/h265-bframes,H265,false", "/h264-aac,H264 AAC,true", "/bframes,H264 AAC,true",
            "/audio,AAC,false"})
    void shouldPlay(String path, String codecs, boolean udp) {
        play(rtsp(path, udp));
        sink.await(LONG, () -> sink.samples().size() > 120);
        List<RecordingSink.Seen> samples = sink.samples();
        assertThat(sink.events()).noneMatch(event -> event.startsWith("failed"));
        String tracks = sink.events().stream().filter(event -> event.startsWith("tracks")).findFirst().orElseThrow();
        for (String codec : codecs.split(" ")) {
            assertThat(tracks).contains(codec);
        }
        assertThat(sink.count("tracks")).isEqualTo(1);
        assertThat(samples.getFirst().key()).isTrue();
        for (int track = 0; track < codecs.split(" ").length; track++) {
            int id = track;
            List<RecordingSink.Seen> own = samples.stream().filter(sample -> sample.track() == id).toList();
            assertThat(own).hasSizeGreaterThan(10);
            assertThat(own).allMatch(sample -> sample.dts() <= sample.pts());
            for (int i = 1; i < own.size(); i++) {
                assertThat(own.get(i).dts()).isGreaterThan(own.get(i - 1).dts());
            }
            boolean reordered = own.stream().anyMatch(sample -> sample.dts() != sample.pts());
            assertThat(reordered).isEqualTo(track == 0 && path.contains("bframes"));
        }
    }

    @Test
    void shouldSayThatMjpegIsNotServed() {
        play(rtsp("/mjpeg", false));
        awaitEvent("failed 0 " + server.url("/mjpeg")
                + " sends MJPEG video, which is not served (expected: H.264 or H.265)");
    }

    @Test
    void shouldLeaveG711Out() {
        play(new PullConfig.Source(server.url("/h264-pcma"), List.of(), null, null, false,
                new PullConfig.Rtsp(false, true)));
        awaitEvent("noted 0 audio is left out: G.711 (PCMA), and spec.audio is Drop");
        awaitEvent("tracks [H264#0]");
    }

    @Test
    void shouldProveWhoAsks() {
        try (GstServer guarded = new GstServer("me", "secret")) {
            play(new PullConfig.Source(guarded.url("/h264-aac"), List.of(), "me", "secret", false));
            awaitEvent("tracks");
        }
    }

    @Test
    void shouldSayThatThePasswordIsWrong() {
        try (GstServer guarded = new GstServer("me", "secret")) {
            play(new PullConfig.Source(guarded.url("/h264-aac"), List.of(), "me", "wrong", false));
            awaitEvent("failed 0 " + guarded.url("/h264-aac") + " answered 401: user or password is wrong");
        }
    }

    private void play(PullConfig.Source source) {
        pull(LONG, Duration.ofSeconds(5), source);
    }

    private void awaitEvent(String event) {
        sink.await(LONG, () -> sink.count(event) > 0);
    }

    private static PullConfig.Source rtsp(String path, boolean udp) {
        return new PullConfig.Source(server.url(path), List.of(), null, null, false, new PullConfig.Rtsp(udp, false));
    }
}

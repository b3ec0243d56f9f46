package dev.penstock.dataplane.ingest.rtsp;

import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RtpInfoTest {
    @Test
    void shouldFindTracksByTheirUrls() {
        RtpInfo info = RtpInfo.parse(List.of("url=rtsp://a/b?x=1,2;y/track2;seq=5;rtptime=4294967295,"
                + "url=\"rtsp://a/b?x=1,2;y/track1\" ; rtptime=7"));
        assertThat(info.of("rtsp://a/b?x=1,2;y/track2", 0, 2)).hasValue(4_294_967_295L);
        assertThat(info.of("rtsp://a/b?x=1,2;y/track1", 1, 2)).hasValue(7);
    }

    @Test
    void shouldFindTracksByTheEndOfTheUrlOrTheirPosition() {
        RtpInfo info = RtpInfo.parse(List.of("url=track2;rtptime=2", "url=rtsp://other/track1;rtptime=1"));
        assertThat(info.of("rtsp://a/b/track2", 0, 2)).hasValue(2);
        assertThat(info.of("rtsp://a/b/track1", 1, 2)).hasValue(1);
        assertThat(info.of("rtsp://a/b/track1", 1, 3)).isEqualTo(OptionalLong.empty());
    }

    @Test
    void shouldLeaveOutWhatMakesNoSense() {
        for (String text : List.of("", "url=", ";;,,==", "rtptime=1", "url=a;rtptime=-1", "url=a;rtptime=4294967296",
                "url=a;rtptime=x", "url=a;seq=1")) {
            assertThat(RtpInfo.parse(List.of(text)).of("rtsp://h/a", 0, 1)).as(text).isEmpty();
        }
    }
}

package dev.penstock.dataplane.segment;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.SampleFixtures;

import static org.assertj.core.api.Assertions.assertThat;

class StreamShapeTest {
    @Test
    void shouldSayWhatTracksSayWhenNothingIsCut() {
        StreamShape shape = StreamShape.of(SampleFixtures.of("h264-ntsc-320.ts").tracks(), 15);
        assertThat(shape.codecs()).matches("avc1\\.64\\w{4},mp4a\\.40\\.2");
        assertThat(shape.width()).isEqualTo(320);
        assertThat(shape.height()).isEqualTo(180);
        assertThat(shape.frameRate()).isBetween(29.9, 30.0);
    }

    @Test
    void shouldTakeTheMeasuredRateWhenHeadersTellNone() {
        StreamShape shape = StreamShape.of(SampleFixtures.of("h265-ac3.ts").tracks(), 29.97);
        assertThat(shape.codecs()).startsWith("hvc1.").endsWith(",ac-3");
        assertThat(shape.frameRate()).isEqualTo(29.97);
    }

    @Test
    void shouldBeUnknownWhenConfigurationsAreMissing() {
        assertThat(
                StreamShape.of(List.of(new Track(0, Codec.H264, new byte[0]), new Track(1, Codec.AAC, new byte[0])), 0))
                .isEqualTo(StreamShape.UNKNOWN);
    }
}

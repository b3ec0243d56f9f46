package dev.penstock.dataplane.ffmpeg;

import java.io.ByteArrayInputStream;
import java.util.Optional;

import javax.imageio.ImageIO;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.SampleFixtures;

import static org.assertj.core.api.Assertions.assertThat;

class JpegMakerIT {
    @ParameterizedTest
    @CsvSource({"h264-aac.ts, 640, 160, 90", "h264-ntsc-320.ts, 160, 160, 90", "h265-ac3.ts, 640, 160, 90",
            "h264-ntsc-320.ts, 16, 16, 10"})
    void shouldMakeAPictureOfAKeyframe(String file, int asked, int width, int height) throws Exception {
        SampleFixtures.Media media = SampleFixtures.of(file);
        Track track = media.tracks().getFirst();
        ByteBuf unit = Unpooled.wrappedBuffer(
                media.units().stream().filter(u -> u.track() == track.id()).findFirst().orElseThrow().data());
        Optional<byte[]> jpeg = JpegMaker.make(track, unit, asked);
        var image = ImageIO.read(new ByteArrayInputStream(jpeg.orElseThrow()));
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
        // The test picture has saturated bars: grey would mean that nothing was decoded.
        int top = image.getRGB(width / 2, height / 2);
        assertThat(image.getRGB(1, 1) == top && image.getRGB(width - 2, height - 2) == top).isFalse();
    }

    @Test
    void shouldSayNothingOfADamagedPicture() {
        SampleFixtures.Media media = SampleFixtures.of("h264-aac.ts");
        assertThat(JpegMaker.make(media.tracks().getFirst(), Unpooled.wrappedBuffer(new byte[500]), 640)).isEmpty();
        assertThat(JpegMaker.make(media.tracks().getFirst(), Unpooled.EMPTY_BUFFER, 640)).isEmpty();
        Track bare = new Track(0, Codec.H265, new byte[]{1, 2, 3});
        assertThat(JpegMaker.make(bare, Unpooled.wrappedBuffer(new byte[]{0, 0, 0, 1, 9}), 640)).isEmpty();
    }
}

package dev.penstock.dataplane.media.ts;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class TsShapeProbeTest {
    @ParameterizedTest
    @CsvSource({"h264-aac.ts,'avc1.64000B,mp4a.40.2',160,90,25", "h264-bframes-opengop.ts,avc1.64000B,160,90,25",
            "h265-ac3.ts,'hvc1.1.6.L30.90,ac-3',160,90,29.97", "mpeg2-mp2.ts,'mp4v.61,mp4a.40.33',176,144,25",
            "aac.ts,mp4a.40.2,0,0,0"})
    void shouldTellCodecsSizeAndRate(String file, String codecs, int width, int height, double rate) {
        byte[] bytes = TsFixtures.bytes(file);
        TsShapeProbe probe = new TsShapeProbe();
        for (int i = 0; i * TsPacket.SIZE < bytes.length; i += 20) {
            probe.parse(TsFixtures.packets(bytes, i, i + 20));
        }

        assertThat(probe.complete()).isTrue();
        TsShapeProbe.Shape shape = probe.shape();
        assertThat(shape.codecs()).isEqualTo(codecs);
        assertThat(shape.width()).isEqualTo(width);
        assertThat(shape.height()).isEqualTo(height);
        assertThat(shape.frameRate()).isCloseTo(rate, within(0.01));
    }

    @Test
    void shouldStartAnewAfterReset() {
        TsShapeProbe probe = new TsShapeProbe();
        probe.parse(Unpooled.wrappedBuffer(TsFixtures.bytes("h264-aac.ts")));
        probe.reset();
        assertThat(probe.shape().codecs()).isEmpty();
        assertThat(probe.complete()).isFalse();
        probe.parse(Unpooled.wrappedBuffer(TsFixtures.bytes("mpeg2-mp2.ts")));
        assertThat(probe.shape().codecs()).startsWith("mp4v.61");
    }

    @Property(tries = 300)
    void shouldSurviveFlippedBits(@ForAll @Size(max = 80) List<@IntRange(max = 60_000) Integer> flips) {
        byte[] file = TsFixtures.bytes("h265-ac3.ts");
        ByteBuf buf = Unpooled.wrappedBuffer(file);
        for (int flip : flips) {
            file[flip / 8 % file.length] ^= (byte) (1 << flip % 8);
        }
        TsShapeProbe probe = new TsShapeProbe();
        probe.parse(buf);
        assertThat(probe.shape().width()).isBetween(0, 16_384);
    }
}

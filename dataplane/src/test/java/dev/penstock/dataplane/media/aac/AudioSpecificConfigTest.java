package dev.penstock.dataplane.media.aac;

import java.util.HexFormat;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AudioSpecificConfigTest {
    @Test
    void shouldReadAacLc() {
        assertThat(parse("1210")).contains(new AudioSpecificConfig(2, 44_100, 2, 2, 0, false, 1024));
        assertThat(parse("1190").orElseThrow().sampleRate()).isEqualTo(48_000);
        assertThat(parse("1588").orElseThrow().channels()).isEqualTo(1);
        assertThat(parse("1210").orElseThrow().codec()).isEqualTo("mp4a.40.2");
    }

    @Test
    void shouldReadSbrWhenItIsToldExplicitly() {
        AudioSpecificConfig hierarchical = parse("2b920800").orElseThrow();
        assertThat(hierarchical.objectType()).isEqualTo(2);
        assertThat(hierarchical.sampleRate()).isEqualTo(22_050);
        assertThat(hierarchical.sbrRate()).isEqualTo(44_100);
        assertThat(hierarchical.codec()).isEqualTo("mp4a.40.5");
        AudioSpecificConfig behind = parse("139056e598").orElseThrow();
        assertThat(behind.sampleRate()).isEqualTo(22_050);
        assertThat(behind.sbrRate()).isEqualTo(48_000);
        assertThat(parse("139056e500").orElseThrow().sbrRate()).isZero();
    }

    @Test
    void shouldComeBackWhenWritten() {
        AudioSpecificConfig he = new AudioSpecificConfig(2, 24_000, 2, 2, 48_000, true, 1024);
        assertThat(AudioSpecificConfig.parse(he.bytes())).contains(he);
        AudioSpecificConfig odd = new AudioSpecificConfig(2, 12_345, 1, 1, 0, false, 960);
        assertThat(AudioSpecificConfig.parse(odd.bytes())).contains(odd);
        assertThat(HexFormat.of().formatHex(AudioSpecificConfig.of(2, 44_100, 2).bytes())).isEqualTo("1210");
        assertThatThrownBy(() -> AudioSpecificConfig.of(2, 44_100, 7)).hasMessageContaining("channels 7");
    }

    @Test
    void shouldWriteAnAdtsHeaderThatIsReadAgain() {
        ByteBuf out = Unpooled.buffer();
        AudioSpecificConfig.of(2, 48_000, 6).writeAdts(out, 1000);
        AdtsHeader header = AdtsHeader.parse(out.array(), 0).orElseThrow();
        assertThat(header).isEqualTo(new AdtsHeader(2, 48_000, 6, 1007));
        assertThat(AudioSpecificConfig.of(header)).isEqualTo(AudioSpecificConfig.of(2, 48_000, 6));
    }

    @Test
    void shouldNotFitAdtsWhenTheCoderIsAnother() {
        assertThat(AudioSpecificConfig.of(2, 44_100, 8).fitsAdts()).isTrue();
        assertThat(new AudioSpecificConfig(23, 44_100, 2, 2, 0, false, 1024).fitsAdts()).isFalse();
        assertThat(new AudioSpecificConfig(2, 12_345, 2, 2, 0, false, 1024).fitsAdts()).isFalse();
        assertThat(new AudioSpecificConfig(2, 44_100, 2, 0, 0, false, 1024).fitsAdts()).isFalse();
    }

    @Test
    void shouldBeEmptyWhenItIsNoGeneralAudioCoder() {
        assertThat(parse("")).isEmpty();
        assertThat(parse("4410")).isEmpty();
        assertThat(parse("f8e85000")).isEmpty();
        assertThat(parse("1690")).isEmpty();
    }

    @Property
    void shouldComeBackWhenRatesAndChannelsVary(@ForAll @IntRange(min = 1, max = 0xFF_FFFF) int rate,
            @ForAll @IntRange(min = 1, max = 6) int channels, @ForAll @IntRange(min = 1, max = 4) int type) {
        AudioSpecificConfig config = AudioSpecificConfig.of(type, rate, channels);
        assertThat(AudioSpecificConfig.parse(config.bytes())).contains(config);
    }

    @Property
    void shouldNeverThrowWhenBytesAreNoise(@ForAll @Size(max = 80) byte[] noise) {
        AudioSpecificConfig.parse(noise).ifPresent(c -> assertThat(c.bytes().length).isBetween(2, 16));
    }

    private static Optional<AudioSpecificConfig> parse(String hex) {
        return AudioSpecificConfig.parse(HexFormat.of().parseHex(hex));
    }
}

package dev.penstock.dataplane.media.h264;

import java.util.HexFormat;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AvcConfigTest {
    private static final byte[] SPS = HexFormat.of().parseHex("6742c01eda0280f69b80808083");
    private static final byte[] PPS = HexFormat.of().parseHex("68ce3880");
    /** What x264 in FLV sends: High profile, with the bytes behind the sets. */
    private static final String HIGH = "01640015ffe1000467640015010004" + "68ebecb2" + "fdf8f800";

    @Test
    void shouldComeBackWhenBuiltFromSets() {
        byte[] record = AvcConfig.of(List.of(SPS), List.of(PPS)).orElseThrow().bytes();
        AvcConfig config = AvcConfig.parse(record).orElseThrow();
        assertThat(config.sps()).containsExactly(SPS);
        assertThat(config.pps()).containsExactly(PPS);
        assertThat(config.lengthSize()).isEqualTo(4);
        assertThat(config.profile()).isEqualTo(0x42);
        assertThat(config.shape().orElseThrow().width()).isEqualTo(640);
    }

    @Test
    void shouldReadOverWhatHighProfilesAdd() {
        AvcConfig config = AvcConfig.parse(HexFormat.of().parseHex(HIGH)).orElseThrow();
        assertThat(config.profile()).isEqualTo(100);
        assertThat(config.pps()).hasSize(1);
    }

    @Test
    void shouldBeEmptyWhenSetsAreMissingOrOfAnotherType() {
        assertThat(AvcConfig.of(List.of(), List.of(PPS))).isEmpty();
        assertThat(AvcConfig.of(List.of(SPS), List.of())).isEmpty();
        assertThat(AvcConfig.of(List.of(PPS), List.of(PPS))).isEmpty();
        assertThat(AvcConfig.parse(HexFormat.of().parseHex("0142c01effe0000000"))).isEmpty();
        assertThat(AvcConfig.parse(new byte[0])).isEmpty();
    }

    @Test
    void shouldFindSetsInBand() {
        ByteBuf unit = unit("09f0", HexFormat.of().formatHex(SPS), HexFormat.of().formatHex(PPS), "65b804");
        assertThat(AvcConfig.inBand(unit).orElseThrow().sps()).containsExactly(SPS);
        assertThat(AvcConfig.inBand(unit("65b804"))).isEmpty();
    }

    @Test
    void shouldBeKeyWhenTheFirstSliceIsIdrOrARecoveryPointStandsBefore() {
        assertThat(AvcConfig.isKey(unit("09f0", "65b804"))).isTrue();
        assertThat(AvcConfig.isKey(unit("09f0", "419a02"))).isFalse();
        assertThat(AvcConfig.isKey(unit("0600012a0601c480", "419a02"))).isTrue();
        assertThat(AvcConfig.isKey(unit("060005aabbccddee80", "419a02"))).isFalse();
        assertThat(AvcConfig.isKey(unit("419a02", "0601c480"))).isFalse();
        assertThat(AvcConfig.isKey(Unpooled.EMPTY_BUFFER)).isFalse();
    }

    @Property
    void shouldNeverThrowWhenBytesAreNoise(@ForAll @Size(max = 120) byte[] noise) {
        if (noise.length > 0) {
            noise[0] = 1;
        }
        AvcConfig.parse(noise).ifPresent(c -> assertThat(AvcConfig.parse(c.bytes())).isPresent());
        AvcConfig.isKey(Unpooled.wrappedBuffer(noise));
        AvcConfig.inBand(Unpooled.wrappedBuffer(noise));
    }

    @Property
    void shouldNeverThrowWhenARecordIsCutOrFlipped(@ForAll @IntRange(max = 22) int cut,
            @ForAll @IntRange(max = 22) int at, @ForAll byte value) {
        byte[] record = HexFormat.of().parseHex(HIGH);
        record[at] = value;
        AvcConfig.parse(java.util.Arrays.copyOf(record, cut)).ifPresent(AvcConfig::bytes);
        AvcConfig.parse(record).ifPresent(c -> c.shape().ifPresent(H264Sps::codec));
    }

    static ByteBuf unit(String... nals) {
        ByteBuf out = Unpooled.buffer();
        for (String nal : nals) {
            byte[] bytes = HexFormat.of().parseHex(nal);
            out.writeInt(bytes.length).writeBytes(bytes);
        }
        return out;
    }
}

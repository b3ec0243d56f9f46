package dev.penstock.dataplane.media.h265;

import java.util.Arrays;
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

class HevcConfigTest {
    /** Of x265 by FFmpeg, 160x90; made by the command in src/test/resources/media/make.sh for h265-ac3.ts. */
    private static final byte[] VPS = HexFormat.of().parseHex("40010c01ffff01600000030090000003000003001e959409");
    private static final byte[] SPS = HexFormat.of()
            .parseHex("42010101600000030090000003000003001ea0142061f26595952930bc05a02000007d20000ea601");
    private static final byte[] PPS = HexFormat.of().parseHex("4401c073c189");
    /** What FFmpeg writes for them into MP4, up to the arrays. */
    private static final String HVCC_HEADER = "0101600000009000000000001ef000fcfdf8f800000f";

    @Test
    void shouldBeWhatFfmpegWritesWhenBuiltFromSets() {
        byte[] record = config().bytes();
        assertThat(HexFormat.of().formatHex(record, 0, 22)).isEqualTo(HVCC_HEADER);
        HevcConfig back = HevcConfig.parse(record).orElseThrow();
        assertThat(back.vps()).containsExactly(VPS);
        assertThat(back.sps()).containsExactly(SPS);
        assertThat(back.pps()).containsExactly(PPS);
        assertThat(back.lengthSize()).isEqualTo(4);
        assertThat(back.shape().orElseThrow().width()).isEqualTo(160);
    }

    @Test
    void shouldBeEmptyWhenAKindIsMissing() {
        assertThat(HevcConfig.of(List.of(), List.of(SPS), List.of(PPS))).isEmpty();
        assertThat(HevcConfig.of(List.of(VPS), List.of(), List.of(PPS))).isEmpty();
        assertThat(HevcConfig.of(List.of(VPS), List.of(VPS), List.of(PPS))).isEmpty();
        assertThat(HevcConfig.parse(new byte[23])).isEmpty();
    }

    @Test
    void shouldFindSetsInBand() {
        ByteBuf unit = Unpooled.buffer();
        for (byte[] nal : List.of(VPS, SPS, PPS, new byte[]{0x26, 1, 2})) {
            unit.writeInt(nal.length).writeBytes(nal);
        }
        assertThat(HevcConfig.inBand(unit).orElseThrow().bytes()).isEqualTo(config().bytes());
        assertThat(HevcConfig.isKey(unit)).isTrue();
    }

    @Test
    void shouldBeKeyWhenTheFirstSliceIsOfAnIrapPicture() {
        for (int type = 0; type < 32; type++) {
            ByteBuf unit = Unpooled.buffer().writeInt(3).writeBytes(new byte[]{35 << 1, 1, 0x50}).writeInt(2)
                    .writeByte(type << 1).writeByte(1);
            assertThat(HevcConfig.isKey(unit)).isEqualTo(type >= 16 && type <= 21);
        }
        assertThat(HevcConfig.isKey(Unpooled.EMPTY_BUFFER)).isFalse();
    }

    @Property
    void shouldNeverThrowWhenBytesAreNoise(@ForAll @Size(max = 200) byte[] noise) {
        if (noise.length > 23) {
            noise[0] = 1;
            noise[22] &= 3;
        }
        HevcConfig.parse(noise).ifPresent(c -> assertThat(HevcConfig.parse(c.bytes())).isPresent());
        HevcConfig.isKey(Unpooled.wrappedBuffer(noise));
        HevcConfig.inBand(Unpooled.wrappedBuffer(noise));
        HevcHeader.of(noise);
    }

    @Property
    void shouldNeverThrowWhenARecordIsCutOrFlipped(@ForAll @IntRange(max = 100) int cut,
            @ForAll @IntRange(max = 100) int at, @ForAll byte value) {
        byte[] record = config().bytes();
        record[at] = value;
        HevcConfig.parse(Arrays.copyOf(record, cut)).ifPresent(HevcConfig::bytes);
        HevcConfig.parse(record).ifPresent(HevcConfig::shape);
    }

    private static HevcConfig config() {
        return HevcConfig.of(List.of(VPS), List.of(SPS), List.of(PPS)).orElseThrow();
    }
}

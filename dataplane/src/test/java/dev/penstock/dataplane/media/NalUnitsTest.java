package dev.penstock.dataplane.media;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NalUnitsTest {
    private static final UnpooledByteBufAllocator ALLOC = new UnpooledByteBufAllocator(false);

    @Test
    void shouldFindNalUnitsWhenStartCodesAreShortOrLong() {
        assertThat(fromAnnexB("00000001 6764 000001 68EE 00000001 65B80401")).isEqualTo(
                "00000002676400000002" + "68ee" + "00000004" + "65b80401");
    }

    @Test
    void shouldLeaveOutZerosAndEmptyUnitsWhenTheyStandBetweenUnits() {
        assertThat(fromAnnexB("AABB 000001 000001 09F0 0000 00000001 4101 000000"))
                .isEqualTo("0000000209f0000000024101");
    }

    @Test
    void shouldMakeNothingWhenThereIsNoStartCode() {
        assertThat(fromAnnexB("010203040506")).isEmpty();
        assertThat(fromAnnexB("000001")).isEmpty();
        assertThat(fromAnnexB("")).isEmpty();
    }

    @Test
    void shouldWriteStartCodesWhenUnitsHaveLengths() {
        ByteBuf out = Unpooled.buffer();
        NalUnits.writeAnnexB(bytes("0000000209F0 00000000 00000001 41 000000FF 00"), out);
        assertThat(HexFormat.of().formatHex(array(out))).isEqualTo("0000000109f00000000141");
    }

    @Test
    void shouldWidenLengthsWhenTheyAreShorter() {
        ByteBuf wide = NalUnits.fromLengths(bytes("000209F0 000141"), 2, ALLOC).orElseThrow();
        assertThat(HexFormat.of().formatHex(array(wide))).isEqualTo("0000000209f00000000141");
        assertThat(NalUnits.fromLengths(bytes("000209F0 000241"), 2, ALLOC)).isEmpty();
        assertThat(NalUnits.fromLengths(bytes(""), 2, ALLOC)).isEmpty();
    }

    @Test
    void shouldTellDamageWhenLengthsDoNotFit() {
        assertThat(NalUnits.isValid(bytes("0000000209F0 00000001 41"))).isTrue();
        assertThat(NalUnits.isValid(bytes("0000000209F0 00000002 41"))).isFalse();
        assertThat(NalUnits.isValid(bytes("0000000209F0 0000"))).isFalse();
        assertThat(NalUnits.isValid(bytes("FFFFFFFF09F0"))).isFalse();
        assertThat(NalUnits.isValid(bytes(""))).isFalse();
    }

    @Property
    void shouldComeBackWhenUnitsGoThroughAnnexB(
            @ForAll @Size(min = 1, max = 6) List<@Size(min = 1, max = 40) byte[]> units) {
        ByteBuf lengths = Unpooled.buffer();
        for (byte[] unit : units) {
            for (int i = 0; i < unit.length; i++) {
                // Emulation prevention keeps 00 00 0x out of real NAL units, and they do not end in 00.
                unit[i] = unit[i] == 0 || unit[i] == 1 ? 2 : unit[i];
            }
            lengths.writeInt(unit.length).writeBytes(unit);
        }
        ByteBuf annexB = Unpooled.buffer();
        NalUnits.writeAnnexB(lengths, annexB);
        assertThat(annexB.readableBytes()).isEqualTo(lengths.readableBytes());
        assertThat(array(NalUnits.fromAnnexB(annexB, ALLOC))).isEqualTo(array(lengths));
        assertThat(NalUnits.copy(lengths)).hasSameSizeAs(units);
    }

    @Property
    void shouldNeverThrowWhenBytesAreNoise(@ForAll @Size(max = 200) byte[] noise,
            @ForAll @IntRange(min = 1, max = 4) int lengthSize) {
        for (int i = 0; i < noise.length; i++) {
            noise[i] = noise[i] > 100 ? 0 : noise[i];
        }
        ByteBuf data = Unpooled.wrappedBuffer(noise);
        NalUnits.isValid(data);
        NalUnits.copy(data);
        ByteBuf units = NalUnits.fromAnnexB(data, ALLOC);
        assertThat(units.readableBytes() == 0 || NalUnits.isValid(units)).isTrue();
        Optional<ByteBuf> wide = NalUnits.fromLengths(data, lengthSize, ALLOC);
        assertThat(wide.isEmpty() || NalUnits.isValid(wide.orElseThrow())).isTrue();
    }

    private static String fromAnnexB(String hex) {
        return HexFormat.of().formatHex(array(NalUnits.fromAnnexB(bytes(hex), ALLOC)));
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static byte[] array(ByteBuf buf) {
        byte[] out = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), out);
        return out;
    }
}

package dev.penstock.dataplane.media.opus;

import java.util.HexFormat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OpusHeadTest {
    private static final String STEREO = "4f707573486561640102380180bb00000000" + "00";

    @Test
    void shouldReadWhatFfmpegWrites() {
        OpusHead head = OpusHead.parse(HexFormat.of().parseHex(STEREO)).orElseThrow();
        assertThat(head.channels()).isEqualTo(2);
        assertThat(head.preSkip()).isEqualTo(312);
        assertThat(head.inputRate()).isEqualTo(48_000);
        assertThat(HexFormat.of().formatHex(head.bytes())).isEqualTo(STEREO);
    }

    @Test
    void shouldComeBackWhenMade() {
        assertThat(OpusHead.parse(OpusHead.of(1).bytes())).contains(OpusHead.of(1));
        assertThatThrownBy(() -> OpusHead.of(3)).hasMessage("channels: 3 (expected: 1 or 2)");
    }

    @Test
    void shouldBeEmptyWhenTheMappingDoesNotFit() {
        assertThat(OpusHead.parse(HexFormat.of().parseHex(STEREO.replace("0102", "0103")))).isEmpty();
        assertThat(OpusHead.parse(HexFormat.of().parseHex(STEREO.replace("0102", "1102")))).isEmpty();
        String surround = "4f707573486561640106380180bb0000000001";
        assertThat(OpusHead.parse(HexFormat.of().parseHex(surround + "0402000401020305"))).isPresent();
        assertThat(OpusHead.parse(HexFormat.of().parseHex(surround + "0402000401020306"))).isEmpty();
        assertThat(OpusHead.parse(HexFormat.of().parseHex(surround + "04020004010203"))).isEmpty();
    }

    @Property
    void shouldNeverThrowWhenBytesAreNoise(@ForAll @Size(max = 60) byte[] noise) {
        byte[] magic = HexFormat.of().parseHex("4f7075734865616401");
        System.arraycopy(magic, 0, noise, 0, Math.min(magic.length, noise.length));
        OpusHead.parse(noise).ifPresent(h -> assertThat(OpusHead.parse(h.bytes())).contains(h));
    }
}

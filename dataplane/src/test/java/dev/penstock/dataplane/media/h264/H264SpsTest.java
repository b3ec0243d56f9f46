package dev.penstock.dataplane.media.h264;

import java.util.HexFormat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class H264SpsTest {
    /** 1920x1080 (cropped from 1088), High, level 4.0, from x264 at 30000/1001. */
    private static final String FULL_HD = "67640028acd940780227e5c05a808080a0000003002000000781e30632c0";

    @Test
    void shouldReadSizeAndRate() {
        H264Sps sps = H264Sps.parse(HexFormat.of().parseHex(FULL_HD)).orElseThrow();

        assertThat(sps.codec()).isEqualTo("avc1.640028");
        assertThat(sps.width()).isEqualTo(1920);
        assertThat(sps.height()).isEqualTo(1080);
        assertThat(sps.frameRate()).isCloseTo(30, within(0.05));
    }

    @Test
    void shouldRefuseACutOne() {
        byte[] whole = HexFormat.of().parseHex(FULL_HD);
        for (int length = 1; length < 8; length++) {
            assertThat(H264Sps.parse(java.util.Arrays.copyOf(whole, length))).isEmpty();
        }
    }

    @Property
    void shouldNeverThrow(@ForAll @Size(min = 1, max = 200) byte[] noise) {
        H264Sps.parse(noise).ifPresent(sps -> assertThat(sps.width()).isPositive());
    }
}

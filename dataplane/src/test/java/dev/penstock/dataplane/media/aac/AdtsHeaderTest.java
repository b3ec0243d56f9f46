package dev.penstock.dataplane.media.aac;

import java.util.HexFormat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AdtsHeaderTest {
    @Test
    void shouldReadAHeader() {
        AdtsHeader header = AdtsHeader.parse(HexFormat.of().parseHex("fff15080035ffc"), 0).orElseThrow();

        assertThat(header).isEqualTo(new AdtsHeader(2, 44_100, 2, 26));
        assertThat(header.codec()).isEqualTo("mp4a.40.2");
    }

    @Property
    void shouldNeverThrow(@ForAll @Size(max = 12) byte[] noise) {
        AdtsHeader.parse(noise, 0).ifPresent(header -> assertThat(header.frameLength()).isGreaterThanOrEqualTo(7));
    }
}

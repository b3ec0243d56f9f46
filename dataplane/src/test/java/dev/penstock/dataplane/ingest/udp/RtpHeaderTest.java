package dev.penstock.dataplane.ingest.udp;

import java.util.HexFormat;

import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RtpHeaderTest {
    @ParameterizedTest
    @CsvSource({"80210001000000000000000047400011,12", "81210001000000000000000000000000474000,16",
            "9021000100000000000000000000000100000000474000,20", "4740001100000000000000000000000000,0",
            "8021000100000000000000004600,0", "80210001,0", "902100010000000000000000,0"})
    void shouldMeasureTheHeader(String datagram, int length) {
        assertThat(RtpHeader.length(Unpooled.wrappedBuffer(HexFormat.of().parseHex(datagram)))).isEqualTo(length);
    }

    @Property
    void shouldStayWithinTheDatagram(@ForAll @Size(max = 40) byte[] noise) {
        assertThat(RtpHeader.length(Unpooled.wrappedBuffer(noise))).isBetween(0, noise.length);
    }
}

package dev.penstock.dataplane.media.h265;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class H265SpsTest {
    @Property
    void shouldNeverThrow(@ForAll @Size(min = 1, max = 200) byte[] noise) {
        H265Sps.parse(noise).ifPresent(sps -> assertThat(sps.codec()).startsWith("hvc1."));
    }
}

package dev.penstock.dataplane.media.g711;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class G711Test {
    @Test
    void shouldFollowTheTablesOfTheStandard() {
        assertThat(sample(G711.A_LAW, 0xD5)).isEqualTo(8);
        assertThat(sample(G711.A_LAW, 0x55)).isEqualTo(-8);
        assertThat(sample(G711.A_LAW, 0xAA)).isEqualTo(32_256);
        assertThat(sample(G711.A_LAW, 0x2A)).isEqualTo(-32_256);
        assertThat(sample(G711.MU_LAW, 0xFF)).isZero();
        assertThat(sample(G711.MU_LAW, 0x80)).isEqualTo(32_124);
        assertThat(sample(G711.MU_LAW, 0x00)).isEqualTo(-32_124);
        assertThat(sample(G711.MU_LAW, 0xFE)).isEqualTo(8);
    }

    private static int sample(G711 law, int code) {
        return Math.round(law.sample((byte) code) * 32_768);
    }
}

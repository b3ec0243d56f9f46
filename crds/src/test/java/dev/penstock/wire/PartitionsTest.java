package dev.penstock.wire;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionsTest {
    @Test
    void shouldBeTheCrc32OfNamespaceAndName() {
        // python3 -c 'import zlib; print(zlib.crc32(b"cameras/gate-1") % 4096)' and so on
        assertThat(Partitions.of("cameras", "gate-1")).isEqualTo(3580);
        assertThat(Partitions.of("default", "demo")).isEqualTo(1129);
    }

    @Test
    void shouldSpreadStreamsEvenly() {
        int[] streams = new int[Partitions.COUNT];
        for (int i = 0; i < 200_000; i++) {
            streams[Partitions.of("cameras", "camera-" + i)]++;
        }

        assertThat(IntStream.of(streams).summaryStatistics())
                .satisfies(spread -> assertThat(spread.getMin()).isGreaterThan(10),
                        spread -> assertThat(spread.getMax()).isLessThan(100));
    }
}

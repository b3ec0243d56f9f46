package dev.penstock.dataplane.placement;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

class RingViewTest {
    @Test
    void shouldSayWhoseAStreamIs() {
        int[] owners = new int[Partitions.COUNT];
        Arrays.fill(owners, RingTable.NONE);
        owners[Partitions.of("a", "cam")] = 3;
        RingTable table = RingTable.of(7, owners);
        assertThat(new RingView(table, 3).isMine("a", "cam")).isTrue();
        assertThat(new RingView(table, 2).isMine("a", "cam")).isFalse();
        assertThat(new RingView(table, 2).owner("a", "cam")).hasValue(3);
        assertThat(new RingView(table, 2).owner("b", "cam")).isEmpty();
        assertThat(new RingView(table, 2).epoch()).isEqualTo(7);
    }
}

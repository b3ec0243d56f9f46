package dev.penstock.operator.haproxy;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

class MapFileTest {
    private static final String FILE = "/etc/penstock/partitions.map";

    @Test
    void shouldNameTheServerOfEachOwnedPartition() {
        assertThat(MapFile.partitions(FILE, "cams", table(0, 2, -1, 1)).text())
                .isEqualTo("0 cams-0\n1 cams-2\n3 cams-1\n");
    }

    @Test
    void shouldFillInCommandsThatFitTheSocket() {
        int[] owners = new int[4096];
        Arrays.setAll(owners, p -> p % 200);
        MapFile map = MapFile.partitions(FILE, "cameras-of-the-northern-harbour", table(owners));

        List<String> commands = map.fill(7);

        assertThat(commands).hasSizeGreaterThan(10).allSatisfy(command -> assertThat(command)
                .hasSizeLessThanOrEqualTo(MapFile.MAX_COMMAND_BYTES).startsWith("add map @7 " + FILE + " <<\n")
                .endsWith("\n\n"));
        String head = "add map @7 " + FILE + " <<\n";
        String sent = String.join("", commands.stream().map(c -> c.substring(head.length(), c.length() - 1)).toList());
        assertThat(sent).isEqualTo(map.text());
    }

    @Test
    void shouldSendNothingWhenNobodyOwnsAnything() {
        assertThat(MapFile.partitions(FILE, "cams", table(-1, -1)).fill(1)).isEmpty();
    }

    @Test
    void shouldKnowItselfInWhatHaproxyShows() {
        MapFile map = MapFile.parse(FILE, "/a /live/x/y/stream.ts\n\n/b /live/x/z/stream.ts\n");
        assertThat(map.isShown("0x55 /b /live/x/z/stream.ts\n0x56 /a /live/x/y/stream.ts\n\n")).isTrue();
        assertThat(map.isShown("0x55 /b /live/x/z/stream.ts\n\n")).isFalse();
        assertThat(map.isShown("\n")).isFalse();
        assertThat(MapFile.parse(FILE, "").isShown("\n")).isTrue();
    }

    private static RingTable table(int... first) {
        int[] owners = new int[Partitions.COUNT];
        Arrays.fill(owners, RingTable.NONE);
        System.arraycopy(first, 0, owners, 0, first.length);
        return RingTable.of(1, owners);
    }
}

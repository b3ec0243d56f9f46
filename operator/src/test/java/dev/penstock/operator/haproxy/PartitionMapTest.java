package dev.penstock.operator.haproxy;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionMapTest {
    private static final String FILE = "/etc/penstock/partitions.map";

    @Test
    void shouldNameTheServerOfEachOwnedPartition() {
        assertThat(new PartitionMap(FILE, "cams", new int[]{0, 2, -1, 1}).text())
                .isEqualTo("0 cams-0\n1 cams-2\n3 cams-1\n");
    }

    @Test
    void shouldFillInCommandsThatFitTheSocket() {
        int[] owners = new int[4096];
        Arrays.setAll(owners, p -> p % 200);
        PartitionMap map = new PartitionMap(FILE, "cameras-of-the-northern-harbour", owners);

        List<String> commands = map.fill(7);

        assertThat(commands).hasSizeGreaterThan(10).allSatisfy(command -> assertThat(command)
                .hasSizeLessThanOrEqualTo(PartitionMap.MAX_COMMAND_BYTES).startsWith("add map @7 " + FILE + " <<\n")
                .endsWith("\n\n"));
        String head = "add map @7 " + FILE + " <<\n";
        String sent = String.join("", commands.stream().map(c -> c.substring(head.length(), c.length() - 1)).toList());
        assertThat(sent).isEqualTo(map.text());
    }

    @Test
    void shouldSendNothingWhenNobodyOwnsAnything() {
        assertThat(new PartitionMap(FILE, "cams", new int[]{-1, -1}).fill(1)).isEmpty();
    }
}

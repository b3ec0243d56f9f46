package dev.penstock.wire;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RingTableTest {
    @Property(tries = 200)
    void shouldComeBackFromItsText(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int pods,
            @ForAll @IntRange(min = 1, max = 500) int run, @ForAll @LongRange(min = 0) long epoch) {
        RingTable table = RingTable.of(epoch, owners(seed, pods, run));

        RingTable back = RingTable.parse(epoch, table.text());

        assertThat(back).isEqualTo(table).hasSameHashCodeAs(table);
        assertThat(back.text()).isEqualTo(table.text()).hasSizeLessThanOrEqualTo(65_536);
    }

    @Property(tries = 200)
    void shouldGiveEachPartitionToItsOwnerOnly(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int pods) {
        int[] owners = owners(seed, pods, 30);
        RingTable table = RingTable.of(1, owners);

        int sum = table.members().stream().mapToInt(member -> table.partitionsOf(member).cardinality()).sum();

        assertThat(sum).isEqualTo((int) Arrays.stream(owners).filter(owner -> owner != RingTable.NONE).count());
        assertThat(table.members()).isSorted().doesNotHaveDuplicates();
        assertThat(IntStream.range(0, Partitions.COUNT).map(table::owner)).containsExactly(
                Arrays.stream(owners).boxed().toArray(Integer[]::new));
    }

    @Property(tries = 500)
    void shouldRefuseOrReadTheSameWhenTextIsDamaged(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(RingTable.of(1, owners(seed, 5, 200)).text());
        text.setCharAt(random.nextInt(text.length()), "0123456789,*-x".charAt(random.nextInt(14)));
        String damaged = text.toString();

        try {
            assertThat(RingTable.parse(1, damaged).text()).isEqualTo(damaged);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("expected: ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"\"\" | a number from 0 to 999",
            "0*4095 | 4096 partitions", "0*4097 | a number from 2 to 4096", "0*4096,1 | 4096 partitions in all",
            "0*4096, | a number from 0 to 999", "0*2048,0*2048 | another owner than before",
            "0*1,1*4095 | a number from 2", "00*4096 | a number from 0 to 999", "1000*4096 | a number from 0 to 999",
            "--*4096 | a number from 0 to 999", "-1*4096 | a number from 0 to 999", "0*+4096 | a number from 2 to 4096",
            "0*4096x | a number from 2 to 4096", "0**4096 | a number from 2 to 4096"})
    void shouldSayWhatIsWrongWhenTextIsNotATable(String text, String expected) {
        assertThatIllegalArgumentException().isThrownBy(() -> RingTable.parse(1, text))
                .withMessageStartingWith("table: ")
                .withMessageContaining("expected: " + expected);
    }

    @Test
    void shouldWriteRuns() {
        int[] owners = new int[Partitions.COUNT];
        owners[1] = 2;
        Arrays.fill(owners, 2, 7, RingTable.NONE);

        assertThat(RingTable.of(7, owners).text()).isEqualTo("0,2,-*5,0*4089");
    }

    @Test
    void shouldRefuseOwnersThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> RingTable.of(1, new int[3]));
        assertThatIllegalArgumentException().isThrownBy(() -> RingTable.of(-1, new int[Partitions.COUNT]));
        int[] owners = new int[Partitions.COUNT];
        owners[9] = 1000;
        assertThatIllegalArgumentException().isThrownBy(() -> RingTable.of(1, owners))
                .withMessage("owner of partition 9: 1000 (expected: -1 to 999)");
    }

    private static int[] owners(long seed, int pods, int run) {
        Random random = new Random(seed);
        int[] owners = new int[Partitions.COUNT];
        int at = 0;
        while (at < owners.length) {
            int to = Math.min(owners.length, at + 1 + random.nextInt(run));
            Arrays.fill(owners, at, to, random.nextInt(pods + 1) - 1);
            at = to;
        }
        return owners;
    }
}

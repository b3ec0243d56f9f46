package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.media.time.TsTime;
import dev.penstock.dataplane.media.ts.TsFixtures.Heard;

import static org.assertj.core.api.Assertions.assertThat;

class TsRewriterTest {
    private final TsRewriter rewriter = new TsRewriter();
    private final ByteBuf out = Unpooled.buffer();

    @Test
    void shouldLeaveTheFirstSourceAsItIs() {
        byte[] file = TsFixtures.bytes("h264-aac-wrap.ts");
        play(file, 7);

        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(file);
        assertThat(rewriter.state()).isEqualTo(TsRewriter.State.PASSTHROUGH);
    }

    @ParameterizedTest
    @CsvSource({"h264-aac.ts,h264-aac.ts,1", "h264-aac.ts,h264-aac-wrap.ts,7", "h264-aac-wrap.ts,h264-aac.ts,64",
            "aac.ts,aac.ts,3", "h265-ac3.ts,h265-ac3.ts,1000", "mpeg2-mp2.ts,mpeg2-mp2.ts,50"})
    void shouldMakeTwoSourcesLookLikeOne(String first, String second, int packets) {
        play(TsFixtures.bytes(first), packets);
        play(TsFixtures.bytes(second), packets);
        play(TsFixtures.bytes(first), packets);
        Heard heard = TsFixtures.parse(ByteBufUtil.getBytes(out));

        assertThat(rewriter.state()).isEqualTo(TsRewriter.State.MAPPED);
        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).hasSize(1);
        assertTimesRise(heard);
        int units = TsFixtures.parse(TsFixtures.bytes(first)).of(heard.video()).size();
        assertThat(heard.of(heard.video())).hasSizeGreaterThanOrEqualTo(units * 3 - 2);
    }

    @Test
    void shouldJoinALaterSourceAtItsFirstKeyAccessUnit() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        play(file, 10);
        int before = out.readableBytes();
        byte[] cut = java.util.Arrays.copyOfRange(file, 30 * TsPacket.SIZE, file.length);
        play(cut, 10);
        Heard second = TsFixtures.parse(java.util.Arrays.copyOfRange(ByteBufUtil.getBytes(out), before,
                out.readableBytes()));

        assertThat(TsPacket.pid(out, before)).isZero();
        assertThat(second.pes.getFirst().randomAccess()).isTrue();
        assertThat(second.pes.getFirst().pid()).isEqualTo(second.video());
        assertThat(second.of(second.video())).hasSize(50);
    }

    @Test
    void shouldChangeTablesForAnotherShapeAndComeBack() {
        byte[] first = TsFixtures.bytes("h264-aac.ts");
        play(first, 20);
        play(TsFixtures.bytes("h265-ac3.ts"), 20);
        assertThat(rewriter.state()).isEqualTo(TsRewriter.State.NEW_TABLES);
        play(first, 20);
        assertThat(rewriter.state()).isEqualTo(TsRewriter.State.MAPPED);
        Heard heard = TsFixtures.parse(ByteBufUtil.getBytes(out));

        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).hasSize(3);
        assertThat(heard.programs).extracting(p -> p.pmtSection()[5] >> 1 & 0x1F).containsExactly(0, 1, 2);
        assertThat(heard.programs.get(1).streams().getFirst().streamType()).isEqualTo(0x24);
        assertThat(heard.programs.get(2).streams()).isEqualTo(heard.programs.get(0).streams());
        assertTimesRise(heard);
    }

    @Test
    void shouldKeepGapsOfALaterSourceVisible() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        play(file, 20);
        rewriter.begin();
        feed(TsFixtures.packets(file, 0, 50));
        feed(TsFixtures.packets(file, 51, 1000));

        assertThat(TsFixtures.parse(ByteBufUtil.getBytes(out)).faults).containsExactly(TsFault.CONTINUITY);
    }

    @Test
    void shouldPassTheNextSourceWhenTheFirstHadNoTables() {
        rewriter.begin();
        feed(TsFixtures.packets(TsFixtures.bytes("h264-aac.ts"), 3, 8));
        byte[] file = TsFixtures.bytes("h265-ac3.ts");
        play(file, 9);

        assertThat(rewriter.state()).isEqualTo(TsRewriter.State.PASSTHROUGH);
        assertThat(out.readableBytes()).isEqualTo(5 * TsPacket.SIZE + file.length);
    }

    @Property(tries = 200)
    void shouldSurviveFlippedBits(@ForAll @Size(max = 60) List<@IntRange(max = 400_000) Integer> flips,
            @ForAll @IntRange(min = 1, max = 30) int packets) {
        byte[] file = TsFixtures.bytes("h264-aac-wrap.ts");
        for (int flip : flips) {
            file[flip / 8 % file.length] ^= (byte) (1 << flip % 8);
        }
        TsRewriter hostile = new TsRewriter();
        for (byte[] source : List.of(TsFixtures.bytes("h264-aac.ts"), file, TsFixtures.bytes("h264-aac.ts"))) {
            hostile.begin();
            for (int i = 0; i * TsPacket.SIZE < source.length; i += packets) {
                ByteBuf result = hostile.rewrite(TsFixtures.packets(source, i, i + packets));
                assertThat(result.readableBytes() % TsPacket.SIZE).isZero();
                result.release();
            }
        }
    }

    private void play(byte[] file, int packetsAtOnce) {
        rewriter.begin();
        for (int i = 0; i * TsPacket.SIZE < file.length; i += packetsAtOnce) {
            feed(TsFixtures.packets(file, i, i + packetsAtOnce));
        }
    }

    private void feed(ByteBuf packets) {
        ByteBuf rewritten = rewriter.rewrite(packets);
        out.writeBytes(rewritten);
        assertThat(rewritten.refCnt()).isOne();
        rewritten.release();
    }

    private static void assertTimesRise(Heard heard) {
        Map<Integer, List<Long>> times = new TreeMap<>();
        for (PesStart pes : heard.pes) {
            times.computeIfAbsent(pes.pid(), p -> new ArrayList<>()).add(pes.dts());
        }
        times.forEach((pid, dts) -> {
            for (int i = 1; i < dts.size(); i++) {
                assertThat(TsTime.diff90k(dts.get(i - 1), dts.get(i))).as("PID %d, PES %d", pid, i)
                        .isBetween(1L, 150_000L);
            }
        });
        for (int i = 1; i < heard.pcrs.size(); i++) {
            assertThat(TsTime.diff27M(heard.pcrs.get(i - 1), heard.pcrs.get(i))).isPositive();
        }
    }
}

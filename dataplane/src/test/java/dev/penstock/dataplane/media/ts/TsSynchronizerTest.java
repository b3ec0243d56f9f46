package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TsSynchronizerTest {
    private static final byte[] FILE = TsFixtures.bytes("aac.ts");

    private final Collected collected = new Collected();
    private final TsSynchronizer synchronizer = new TsSynchronizer(collected);

    @AfterEach
    void shouldHaveReleasedAll() {
        assertThat(collected.fed).allMatch(buf -> buf.refCnt() == 0);
    }

    @ParameterizedTest
    @CsvSource({"188,1", "188,187", "188,1316", "188,70000", "192,1", "192,191", "192,1000", "204,1", "204,203",
            "204,1500", "204,90000"})
    void shouldFindPacketsOfEachSizeInInputCutAnywhere(int stride, int cut) {
        feed(strided(FILE, stride), cut);

        assertThat(collected.bytes()).isEqualTo(FILE);
        assertThat(collected.skipped).isEqualTo(stride == 192 ? 4 : 0);
    }

    @Test
    void shouldPassAlignedInputWithoutCopy() {
        ByteBuf in = Unpooled.copiedBuffer(FILE, 0, 20 * TsPacket.SIZE);
        List<ByteBuf> out = new ArrayList<>();
        TsSynchronizer direct = new TsSynchronizer(new TsSynchronizer.Output() {
            @Override
            public void packets(ByteBuf packets) {
                out.add(packets);
            }

            @Override
            public void skipped(long bytes) {
                throw new AssertionError(bytes);
            }
        });
        direct.feed(in);

        assertThat(out).hasSize(1);
        assertThat(out.getFirst().array()).isSameAs(in.array());
        out.getFirst().release();
        assertThat(in.refCnt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 188, 1000, 5000})
    void shouldSkipGarbageInFrontAndSayHowMuch(int cut) {
        byte[] garbage = new byte[3000];
        Arrays.fill(garbage, (byte) 0x46);
        garbage[10] = 0x47;
        garbage[198] = 0x47;
        feed(concat(garbage, FILE), cut);

        assertThat(collected.bytes()).isEqualTo(FILE);
        assertThat(collected.skipped).isEqualTo(3000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 77, 1316, 100_000})
    void shouldResyncAtOnceWhenBytesAreMissing(int cut) {
        byte[] broken = concat(Arrays.copyOf(FILE, 30 * TsPacket.SIZE + 100),
                Arrays.copyOfRange(FILE, 31 * TsPacket.SIZE, FILE.length));
        feed(broken, cut);

        assertThat(collected.bytes()).hasSize(FILE.length - TsPacket.SIZE);
        assertThat(collected.skipped).isEqualTo(100);
    }

    @Test
    void shouldLoseOnePacketWhenOneSyncByteIsDamaged() {
        byte[] broken = FILE.clone();
        broken[40 * TsPacket.SIZE] = 0;
        feed(broken, 1000);

        assertThat(collected.bytes()).hasSize(FILE.length - TsPacket.SIZE);
        assertThat(collected.skipped).isEqualTo(TsPacket.SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldTakeAShortTailAtTheEnd(int packets) {
        feed(Arrays.copyOf(FILE, packets * TsPacket.SIZE), 50);

        assertThat(collected.bytes()).hasSize(packets * TsPacket.SIZE);
    }

    @Property(tries = 200)
    void shouldNotDependOnWhereItIsCut(@ForAll @NotEmpty List<@IntRange(min = 1, max = 4000) Integer> cuts,
            @ForAll @IntRange(max = 2) int kind) {
        byte[] input = strided(FILE, new int[]{188, 192, 204}[kind]);
        Collected heard = new Collected();
        TsSynchronizer cut = new TsSynchronizer(heard);
        int at = 0;
        for (int i = 0; at < input.length; i++) {
            int end = Math.min(input.length, at + cuts.get(i % cuts.size()));
            cut.feed(Unpooled.copiedBuffer(input, at, end - at));
            at = end;
        }
        cut.end();
        assertThat(heard.bytes()).isEqualTo(FILE);
    }

    @Property(tries = 300)
    void shouldGiveOnlyPacketsForAnyInput(@ForAll @Size(max = 3000) byte[] noise,
            @ForAll @IntRange(min = 1, max = 700) int step) {
        for (int i = 0; i < noise.length; i += 47) {
            noise[i] = TsPacket.SYNC;
        }
        Collected heard = new Collected();
        TsSynchronizer hostile = new TsSynchronizer(heard);
        for (int at = 0; at < noise.length; at += step) {
            hostile.feed(Unpooled.copiedBuffer(noise, at, Math.min(step, noise.length - at)));
        }
        hostile.end();
        byte[] out = heard.bytes();
        assertThat(out.length % TsPacket.SIZE).isZero();
        assertThat(out.length + heard.skipped).isLessThanOrEqualTo(noise.length);
        for (int at = 0; at < out.length; at += TsPacket.SIZE) {
            assertThat(out[at]).isEqualTo((byte) TsPacket.SYNC);
        }
    }

    private void feed(byte[] input, int cut) {
        for (int at = 0; at < input.length; at += cut) {
            ByteBuf part = Unpooled.copiedBuffer(input, at, Math.min(cut, input.length - at));
            collected.fed.add(part);
            synchronizer.feed(part);
        }
        synchronizer.end();
    }

    private static byte[] strided(byte[] file, int stride) {
        ByteBuf out = Unpooled.buffer();
        for (int at = 0; at < file.length; at += TsPacket.SIZE) {
            out.writeZero(stride == 192 ? 4 : 0);
            out.writeBytes(file, at, TsPacket.SIZE);
            out.writeZero(stride == 204 ? 16 : 0);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }

    private static final class Collected implements TsSynchronizer.Output {
        private final ByteBuf out = Unpooled.buffer();
        private final List<ByteBuf> fed = new ArrayList<>();
        private long skipped;

        @Override
        public void packets(ByteBuf packets) {
            assertThat(packets.readableBytes()).isPositive().isLessThanOrEqualTo(TsSynchronizer.MAX_OUTPUT);
            out.writeBytes(packets);
            packets.release();
        }

        @Override
        public void skipped(long bytes) {
            assertThat(bytes).isPositive();
            skipped += bytes;
        }

        private byte[] bytes() {
            return ByteBufUtil.getBytes(out);
        }
    }
}

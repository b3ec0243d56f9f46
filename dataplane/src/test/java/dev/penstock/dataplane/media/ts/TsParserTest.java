package dev.penstock.dataplane.media.ts;

import java.util.List;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.media.ts.TsFixtures.Heard;

import static org.assertj.core.api.Assertions.assertThat;

class TsParserTest {
    @ParameterizedTest
    @CsvSource({"h264-aac.ts,75,3", "h264-aac-wrap.ts,75,3", "h264-bframes-opengop.ts,75,3", "h265-ac3.ts,90,3",
            "mpeg2-mp2.ts,75,7"})
    void shouldTellEveryAccessUnitAndItsKeys(String file, int units, int keys) {
        Heard heard = TsFixtures.parse(TsFixtures.bytes(file));

        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).hasSize(1);
        assertThat(heard.of(heard.video())).hasSize(units).allMatch(p -> p.pts() >= 0 && p.dts() >= 0);
        assertThat(heard.keys(heard.video())).isEqualTo(keys);
        assertThat(heard.of(heard.video()).getFirst().randomAccess()).isTrue();
        assertThat(heard.pcrs).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({"h264-aac.ts,3", "h264-aac-wrap.ts,3", "h265-ac3.ts,3", "mpeg2-mp2.ts,7"})
    void shouldFindKeysInThePayloadWhenTheMuxerMarksNone(String file, int keys) {
        byte[] unmarked = TsFixtures.bytes(file);
        ByteBuf buf = Unpooled.wrappedBuffer(unmarked);
        for (int at = 0; at < unmarked.length; at += TsPacket.SIZE) {
            if (TsPacket.hasAdaptation(buf, at) && buf.getByte(at + 4) != 0) {
                buf.setByte(at + 5, buf.getByte(at + 5) & ~0x40);
            }
        }
        Heard heard = TsFixtures.parse(unmarked);

        assertThat(heard.keys(heard.video())).isEqualTo(keys);
        assertThat(heard.pes).noneMatch(PesStart::keyFlag);
    }

    @Test
    void shouldTellTimesAsTheyAreInTheFile() {
        Heard heard = TsFixtures.parse(TsFixtures.bytes("h264-bframes-opengop.ts"));

        List<PesStart> video = heard.of(heard.video());
        assertThat(video.getFirst().dts()).isEqualTo(126_000);
        assertThat(video.getFirst().pts()).isEqualTo(133_200);
        assertThat(IntStream.range(1, video.size()).mapToLong(i -> video.get(i).dts() - video.get(i - 1).dts()))
                .containsOnly(3600L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h265-ac3.ts", "mpeg2-mp2.ts", "aac.ts", "h264-bframes-opengop.ts"})
    void shouldTellTheSamePacketByPacket(String file) {
        byte[] bytes = TsFixtures.bytes(file);
        Heard parts = new Heard();
        TsParser parser = new TsParser(parts);
        for (int i = 0; i * TsPacket.SIZE < bytes.length; i++) {
            parser.parse(TsFixtures.packets(bytes, i, i + 1));
        }

        assertThat(parts.pes).isEqualTo(TsFixtures.parse(bytes).pes);
        assertThat(parts.pcrs).isEqualTo(TsFixtures.parse(bytes).pcrs);
        assertThat(parts.faults).isEmpty();
    }

    @Test
    void shouldFollowAudioWhenThereIsNoVideo() {
        Heard heard = TsFixtures.parse(TsFixtures.bytes("aac.ts"));

        assertThat(heard.programs.getFirst().hasVideo()).isFalse();
        assertThat(heard.of(heard.video())).isNotEmpty().allMatch(PesStart::randomAccess);
    }

    @Test
    void shouldReportALostPacketOnce() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Heard heard = new Heard();
        TsParser parser = new TsParser(heard);
        parser.parse(TsFixtures.packets(file, 0, 40));
        parser.parse(TsFixtures.packets(file, 41, 1000));

        assertThat(heard.faults).containsExactly(TsFault.CONTINUITY);
    }

    @Test
    void shouldTakeAPacketSentTwiceOnceAndReportTheThird() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Heard whole = TsFixtures.parse(file);
        int key = whole.pesOffsets.get(whole.pes.indexOf(whole.of(whole.video()).get(30))) / TsPacket.SIZE;
        Heard heard = new Heard();
        TsParser parser = new TsParser(heard);
        parser.parse(TsFixtures.packets(file, 0, key + 1));
        parser.parse(TsFixtures.packets(file, key, 1000));
        assertThat(heard.faults).isEmpty();
        assertThat(heard.pes).isEqualTo(whole.pes);

        parser.reset();
        parser.parse(TsFixtures.packets(file, 0, key + 1));
        parser.parse(TsFixtures.packets(file, key, key + 1));
        parser.parse(TsFixtures.packets(file, key, key + 1));
        assertThat(heard.faults).containsExactly(TsFault.CONTINUITY);
    }

    @Test
    void shouldReportDamageAndGoOn() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Heard whole = TsFixtures.parse(file);
        int at = whole.pesOffsets.get(60);
        ByteBuf buf = Unpooled.wrappedBuffer(file);

        buf.setByte(at + 1, buf.getByte(at + 1) | 0x80);
        assertThat(TsFixtures.parse(file).faults).contains(TsFault.TRANSPORT_ERROR);
        buf.setByte(at + 1, buf.getByte(at + 1) & 0x7F);
        buf.setByte(at + 3, buf.getByte(at + 3) | 0x80);
        assertThat(TsFixtures.parse(file).faults).containsExactly(TsFault.SCRAMBLED);
        buf.setByte(at + 3, buf.getByte(at + 3) & 0x3F);
        buf.setByte(at + TsPacket.payloadOffset(buf, at), 7);
        assertThat(TsFixtures.parse(file).faults).containsExactly(TsFault.BAD_PES);
        assertThat(TsFixtures.parse(file).pes).hasSize(whole.pes.size() - 1);
    }

    @Test
    void shouldRefuseATableWithAWrongCrc() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Heard whole = TsFixtures.parse(file);
        byte[] pmt = whole.programs.getFirst().pmtSection();
        int first = indexOf(file, pmt);
        file[first + 12] ^= 0x01;
        Heard heard = TsFixtures.parse(file);

        assertThat(heard.faults).contains(TsFault.BAD_SECTION);
        assertThat(heard.programs).hasSize(1);
        assertThat(heard.programs.getFirst().pmtSection()).isEqualTo(pmt);
        assertThat(heard.pes).isNotEmpty();
    }

    @Test
    void shouldReadATableThatSpansPacketsAndTellAChangeOnce() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Psi psi = TsFixtures.parse(file).programs.getFirst();
        byte[] body = new byte[psi.pmtSection().length + 300];
        System.arraycopy(psi.pmtSection(), 0, body, 0, psi.pmtSection().length - 4);
        int at = psi.pmtSection().length - 4;
        body[at] = 0x06;
        body[at + 1] = (byte) 0xE1;
        body[at + 2] = 0x10;
        body[at + 3] = (byte) (0xF0 | 295 >> 8);
        body[at + 4] = (byte) 295;
        body[5] = (byte) (body[5] + 2);
        int length = body.length - 3;
        body[1] = (byte) (0xB0 | length >> 8);
        body[2] = (byte) length;
        PsiSections.seal(body);
        Heard heard = new Heard();
        TsParser parser = new TsParser(heard);
        parser.parse(Unpooled.wrappedBuffer(file));
        ByteBuf longer = Unpooled.buffer();
        int next = PsiWriter.write(longer, psi.pmtPid(), body, 0);
        PsiWriter.write(longer, psi.pmtPid(), body, next);
        for (int i = 0; i < longer.readableBytes() / TsPacket.SIZE; i++) {
            parser.parse(longer.slice(i * TsPacket.SIZE, TsPacket.SIZE));
        }

        assertThat(heard.programs).hasSize(2);
        assertThat(heard.programs.getLast().pmtSection()).isEqualTo(body);
        assertThat(heard.programs.getLast().streams()).hasSize(3);
    }

    @Test
    void shouldReportAClockThatJumpsUnlessItIsAnnounced() {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        Heard heard = new Heard();
        TsParser parser = new TsParser(heard);
        parser.parse(Unpooled.wrappedBuffer(file));
        parser.parse(Unpooled.wrappedBuffer(file));
        assertThat(heard.faults).filteredOn(TsFault.PCR_JUMP::equals).hasSize(1);

        ByteBuf second = Unpooled.copiedBuffer(file);
        for (int at = 0; at < file.length; at += TsPacket.SIZE) {
            if (TsPacket.hasAdaptation(second, at) && (second.getByte(at + 5) & 0x10) != 0) {
                second.setByte(at + 5, second.getByte(at + 5) | 0x80);
                break;
            }
        }
        heard.faults.clear();
        parser.parse(second);
        assertThat(heard.faults).doesNotContain(TsFault.PCR_JUMP);
    }

    @Property(tries = 300)
    void shouldSurviveFlippedBits(@ForAll @Size(max = 60) List<@IntRange(max = 400_000) Integer> flips,
            @ForAll @IntRange(max = 3) int cut) {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        for (int flip : flips) {
            file[flip / 8 % file.length] ^= (byte) (1 << flip % 8);
        }
        TsParser parser = new TsParser(new Heard());
        int step = 1 + cut * 7;
        for (int i = 0; i * TsPacket.SIZE < file.length; i += step) {
            ByteBuf part = TsFixtures.packets(file, i, i + step);
            parser.parse(part);
            assertThat(part.readerIndex()).isZero();
        }
    }

    @Property(tries = 300)
    void shouldSurviveHostilePackets(@ForAll @Size(min = 188 * 4, max = 188 * 40) byte[] noise) {
        byte[] file = TsFixtures.bytes("h264-aac.ts");
        for (int at = 0; at + TsPacket.SIZE <= noise.length; at += TsPacket.SIZE) {
            noise[at] = TsPacket.SYNC;
            if (at % 3 != 0) {
                System.arraycopy(file, at % (TsPacket.SIZE * 8), noise, at, 12);
            }
        }
        TsParser parser = new TsParser(new Heard());
        parser.parse(TsFixtures.packets(file, 0, 20));
        parser.parse(Unpooled.wrappedBuffer(noise));
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}

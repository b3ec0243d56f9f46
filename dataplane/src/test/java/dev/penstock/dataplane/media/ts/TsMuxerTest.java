package dev.penstock.dataplane.media.ts;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.opus.OpusHead;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

import static org.assertj.core.api.Assertions.assertThat;

class TsMuxerTest {
    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h264-aac-wrap.ts", "h264-bframes-opengop.ts", "h265-ac3.ts", "aac.ts",
            "h264-ntsc-320.ts", "opus.ts"})
    void shouldBeWithoutFaultWhenReadByTheParser(String name) {
        Media media = SampleFixtures.of(name);
        TsFixtures.Heard heard = TsFixtures.parse(mux(media));

        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).hasSize(1);
        assertThat(heard.programs.getFirst().streams()).hasSize(media.tracks().size());
        List<Unit> video = media.units().stream().filter(u -> codec(media, u).isVideo()).toList();
        List<PesStart> pes = heard.pes.stream().filter(p -> p.pid() == 0x100).toList();
        assertThat(pes).hasSize(video.size());
        for (int i = 0; i < video.size(); i++) {
            assertThat(pes.get(i).randomAccess()).isEqualTo(video.get(i).key());
            assertThat(pes.get(i).pts() - pes.get(0).dts()).isEqualTo(video.get(i).pts() - video.get(0).dts());
            assertThat(pes.get(i).dts() - pes.get(0).dts()).isEqualTo(video.get(i).dts() - video.get(0).dts());
        }
        assertClock(heard);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h265-ac3.ts", "opus.ts", "aac.ts"})
    void shouldHoldEveryByteWhenReadBack(String name) {
        Media media = SampleFixtures.of(name);
        Media back = SampleFixtures.read(mux(media));
        assertThat(back.tracks()).extracting(Track::codec)
                .containsExactlyElementsOf(media.tracks().stream().map(Track::codec).toList());
        assertThat(back.units()).hasSameSizeAs(media.units());
        for (Track track : media.tracks()) {
            assertThat(back.units().stream().filter(u -> u.track() == track.id()).map(u -> hex(u.data())))
                    .containsExactlyElementsOf(media.units().stream().filter(u -> u.track() == track.id())
                            .map(u -> hex(u.data())).toList());
        }
    }

    @Test
    void shouldWriteTablesBeforeEachKeyAndEvery400Ms() {
        byte[] ts = mux(SampleFixtures.of("h264-aac.ts"));
        long lastTables = -1;
        TsFixtures.Heard heard = TsFixtures.parse(ts);
        ByteBuf all = Unpooled.wrappedBuffer(ts);
        for (int at = 0; at < ts.length; at += TsPacket.SIZE) {
            if (TsPacket.pid(all, at) == 0) {
                assertThat(TsPacket.pid(all, at + TsPacket.SIZE)).isEqualTo(TsTracks.PMT_PID);
                lastTables = at;
            }
            int index = heard.pesOffsets.indexOf(at);
            if (index >= 0 && heard.pes.get(index).pid() == 0x100) {
                PesStart pes = heard.pes.get(index);
                long since = ticksSince(heard, lastTables, pes.dts());
                assertThat(since).isLessThan(36_000);
                if (pes.randomAccess()) {
                    assertThat(lastTables).isEqualTo(at - 2 * TsPacket.SIZE);
                }
            }
        }
    }

    @Test
    void shouldInsertClocksWhenFramesAreFarApart() {
        Media media = SampleFixtures.of("h264-bframes-opengop.ts");
        List<Unit> slow = media.units().stream()
                .map(u -> new Unit(u.track(), u.dts() * 5, u.pts() * 5, u.key(), u.data())).toList();
        TsFixtures.Heard heard = TsFixtures.parse(mux(new Media(media.tracks(), slow)));
        assertThat(heard.faults).isEmpty();
        assertClock(heard);
    }

    @Test
    void shouldKeepPidsAndBringNewSetsInBandWhenTheResolutionChanges() {
        Media small = SampleFixtures.of("h264-aac.ts");
        Media large = SampleFixtures.of("h264-ntsc-320.ts");
        TsMuxer muxer = new TsMuxer();
        ByteBuf out = Unpooled.buffer();
        write(muxer, small, 0, out);
        long later = small.units().getLast().dts() - large.units().getFirst().dts() + 3600;
        write(muxer, large, later, out);
        byte[] ts = bytes(out);

        TsFixtures.Heard heard = TsFixtures.parse(ts);
        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).hasSize(1);
        String all = hex(ts);
        byte[] sps = dev.penstock.dataplane.media.h264.AvcConfig.parse(large.tracks().getFirst().config()).orElseThrow()
                .sps().getFirst();
        assertThat(all).contains(hex(sps));
    }

    @Test
    void shouldRaiseTheVersionWhenATrackComes() {
        Media media = SampleFixtures.of("h264-aac.ts");
        TsMuxer muxer = new TsMuxer();
        ByteBuf out = Unpooled.buffer();
        List<Unit> units = media.units();
        muxer.tracks(media.tracks().subList(0, 1));
        units.subList(0, 40).forEach(u -> muxer.write(u.sample(), out));
        muxer.flush(out);
        muxer.tracks(media.tracks());
        units.subList(40, units.size()).forEach(u -> muxer.write(u.sample(), out));
        muxer.flush(out);

        TsFixtures.Heard heard = TsFixtures.parse(bytes(out));
        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs).extracting(p -> p.streams().size()).containsExactly(1, 2);
        assertThat(heard.programs.get(1).pmtSection()[5] >> 1 & 0x1F).isEqualTo(1);
    }

    @Test
    void shouldCarryTwoAudioTracks() {
        Media media = SampleFixtures.of("h264-aac.ts");
        int audio = media.tracks().get(1).id();
        List<Track> tracks = new ArrayList<>(media.tracks());
        tracks.add(new Track(7, Codec.AAC, media.tracks().get(1).config()));
        List<Unit> units = new ArrayList<>();
        for (Unit unit : media.units()) {
            units.add(unit);
            if (unit.track() == audio) {
                units.add(unit.moved(7, 0));
            }
        }
        TsFixtures.Heard heard = TsFixtures.parse(mux(new Media(tracks, units)));
        assertThat(heard.faults).isEmpty();
        assertThat(heard.programs.getFirst().streams()).extracting(Psi.EsInfo::pid).containsExactly(0x100, 0x101,
                0x102);
        assertThat(heard.pes.stream().filter(p -> p.pid() == 0x102)).hasSizeGreaterThan(20);
    }

    @Test
    void shouldSayWhyWhenATrackIsNotCarried() {
        Track av1 = new Track(0, Codec.AV1, new byte[4]);
        Track aac = new Track(1, Codec.AAC, AudioSpecificConfig.of(2, 48_000, 2).bytes());
        assertThat(TsTracks.refusal(List.of(av1, aac)))
                .contains("AV1: is not carried in a transport stream (expected: H264 or H265)");
        assertThat(TsTracks.refusal(List.of(aac))).isEmpty();
        assertThat(TsTracks.refusal(List.of())).isPresent();
        assertThat(TsTracks.refusal(List.of(new Track(0, Codec.AAC, new byte[0])))).isPresent();
        assertThat(new TsMuxer().tracks(List.of(new Track(0, Codec.H264, new byte[0]), av1)).refused().getFirst())
                .contains("one track too many");
        assertThat(TsTracks.plan(List.of(new Track(0, Codec.OPUS, OpusHead.of(2).bytes()))).refused()).isEmpty();
    }

    @Test
    void shouldWriteSetsOnceWhenTheyAreInBandAlready() {
        Media media = SampleFixtures.of("h264-aac.ts");
        var config = dev.penstock.dataplane.media.h264.AvcConfig.parse(media.tracks().getFirst().config())
                .orElseThrow();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (byte[] nal : List.of(new byte[]{9, 0x10}, config.sps().getFirst(), config.pps().getFirst())) {
            data.writeBytes(new byte[]{0, 0, 0, (byte) nal.length});
            data.writeBytes(nal);
        }
        data.writeBytes(media.units().getFirst().data());
        Unit inBand = new Unit(0, 0, 0, true, data.toByteArray());
        String ts = hex(mux(new Media(media.tracks().subList(0, 1), List.of(inBand))));
        String sps = "00000001" + hex(config.sps().getFirst());
        assertThat(ts).containsOnlyOnce(sps).containsOnlyOnce("0000000109");
    }

    @Test
    void shouldRiseWhenDecodingTimesRepeat() {
        Media media = SampleFixtures.of("h264-bframes-opengop.ts");
        List<Unit> still = media.units().stream().map(u -> new Unit(u.track(), 5000, 5000, u.key(), u.data())).toList();
        List<PesStart> pes = TsFixtures.parse(mux(new Media(media.tracks(), still))).pes;
        for (int i = 1; i < pes.size(); i++) {
            assertThat(pes.get(i).dts()).isGreaterThan(pes.get(i - 1).dts());
            assertThat(pes.get(i).pts()).isGreaterThanOrEqualTo(pes.get(i).dts());
        }
    }

    @Property(tries = 300)
    void shouldMakeWholePacketsWhenAccessUnitsAreNoise(@ForAll @Size(max = 20) List<@Size(max = 900) byte[]> noise) {
        TsMuxer muxer = new TsMuxer();
        muxer.tracks(List.of(new Track(0, Codec.H264, new byte[0]), new Track(1, Codec.OPUS, OpusHead.of(2).bytes()),
                new Track(2, Codec.AAC, AudioSpecificConfig.of(2, 48_000, 2).bytes()),
                new Track(3, Codec.H265, new byte[0])));
        ByteBuf out = Unpooled.buffer();
        long dts = 0;
        for (byte[] bytes : noise) {
            if (bytes.length > 4) {
                bytes[0] = 0;
                bytes[1] = 0;
                bytes[2] = 0;
            }
            muxer.write(new Sample((int) (dts / 1000 % 5), dts, dts, dts % 3000 == 0, Unpooled.copiedBuffer(bytes)),
                    out);
            dts += 1000;
        }
        muxer.flush(out);
        assertThat(out.readableBytes() % TsPacket.SIZE).isZero();
        assertThat(TsFixtures.parse(bytes(out)).faults).isEmpty();
    }

    private static void assertClock(TsFixtures.Heard heard) {
        for (int i = 1; i < heard.pcrs.size(); i++) {
            assertThat(heard.pcrs.get(i) - heard.pcrs.get(i - 1)).isBetween(1L, 40L * 27_000);
        }
        int lead = heard.programs.getFirst().leadPid();
        LongStream dts = heard.pes.stream().filter(p -> p.pid() == lead).mapToLong(PesStart::dts);
        assertThat(dts.max().orElseThrow() - heard.pcrs.getLast() / 300).isEqualTo(9000);
        assertThat(heard.pcrs.getFirst()).isNotNegative();
    }

    private static long ticksSince(TsFixtures.Heard heard, long tables, long dts) {
        for (int i = 0; i < heard.pesOffsets.size(); i++) {
            if (heard.pesOffsets.get(i) > tables) {
                return dts - heard.pes.get(i).dts();
            }
        }
        return 0;
    }

    private static Codec codec(Media media, Unit unit) {
        return media.tracks().stream().filter(t -> t.id() == unit.track()).findFirst().orElseThrow().codec();
    }

    static byte[] mux(Media media) {
        ByteBuf out = Unpooled.buffer();
        write(new TsMuxer(), media, 0, out);
        return bytes(out);
    }

    static void write(TsMuxer muxer, Media media, long later, ByteBuf out) {
        muxer.tracks(media.tracks());
        int count = 0;
        for (Unit unit : media.units()) {
            muxer.write(unit.moved(unit.track(), later).sample(), out);
            if (++count % 5 == 0) {
                muxer.flush(out);
            }
        }
        muxer.flush(out);
    }

    private static byte[] bytes(ByteBuf buf) {
        byte[] out = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), out);
        return out;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

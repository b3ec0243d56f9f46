package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.opus.OpusHead;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class TsDemuxerTest {
    /** Counts as {@code ffprobe -count_packets} printed them, keys by {@code packet=flags}. */
    @ParameterizedTest
    @CsvSource({"h264-aac.ts, 75, 3, 131", "h264-aac-wrap.ts, 75, 3, 131", "h264-bframes-opengop.ts, 75, 3, 0",
            "h264-ntsc-320.ts, 90, 3, 142", "h265-ac3.ts, 90, 3, 94", "aac.ts, 0, 0, 142", "opus.ts, 0, 0, 101",
            "mpeg2-mp2.ts, 0, 0, 125"})
    void shouldFindTheFramesThatFfprobeCounts(String name, int video, int keys, int audio) {
        Demuxed demuxed = Demuxed.of(TsFixtures.bytes(name));
        assertThat(demuxed.tracks).hasSize(1);
        List<Unit> pictures = units(demuxed, true);
        assertThat(pictures).hasSize(video);
        assertThat(pictures.stream().filter(Unit::key)).hasSize(keys);
        assertThat(units(demuxed, false)).hasSize(audio).allMatch(Unit::key);
        assertRising(demuxed);
        Golden.assertSame(TsDemuxerTest.class, name + ".dump", demuxed.dump());
        assertThat(demuxed.leaked()).isZero();
    }

    @Test
    void shouldFindTheSameFramesInLatmAsBehindAdtsHeaders() {
        Demuxed latm = Demuxed.of(TsFixtures.bytes("aac-latm.ts"));
        Demuxed adts = Demuxed.of(TsFixtures.bytes("aac.ts"));
        assertThat(latm.tracks).isEqualTo(adts.tracks);
        assertThat(latm.units).hasSizeGreaterThan(40);
        for (int i = 0; i < latm.units.size(); i++) {
            assertThat(latm.units.get(i).data()).isEqualTo(adts.units.get(i).data());
            assertThat(latm.units.get(i).pts() - latm.units.getFirst().pts())
                    .isCloseTo(adts.units.get(i).pts() - adts.units.getFirst().pts(), within(2L));
        }
        assertThat(latm.demuxer.dropped()).isZero();
        assertThat(latm.demuxer.refused()).isEmpty();
        assertThat(latm.leaked()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h264-aac-wrap.ts", "h264-bframes-opengop.ts", "h265-ac3.ts", "aac.ts",
            "h264-ntsc-320.ts", "opus.ts"})
    void shouldGiveBackWhatTheMuxerWasGiven(String name) {
        Media media = SampleFixtures.of(name);
        assertSame(media, Demuxed.of(TsMuxerTest.mux(media)));
    }

    @Property(tries = 200)
    void shouldGiveBackAnyAccessUnits(@ForAll long seed) {
        Media media = SyntheticMedia.of(new Random(seed));
        Demuxed demuxed = Demuxed.of(TsMuxerTest.mux(media));
        assertSame(media, demuxed);
        assertThat(demuxed.demuxer.dropped()).isZero();
        assertThat(demuxed.leaked()).isZero();
    }

    @Property(tries = 60)
    void shouldFindTheSameWhereverBuffersEnd(@ForAll long seed,
            @ForAll @IntRange(min = 0, max = 3) int file) {
        byte[] ts = TsFixtures.bytes(List.of("h264-aac.ts", "h265-ac3.ts", "opus.ts", "h264-aac-wrap.ts").get(file));
        Random random = new Random(seed);
        Demuxed cut = new Demuxed();
        int packets = ts.length / TsPacket.SIZE;
        for (int at = 0; at < packets;) {
            int to = Math.min(packets, at + 1 + random.nextInt(20));
            cut.packets(ts, at, to);
            at = to;
        }
        cut.demuxer.flush();
        assertThat(cut.dump()).isEqualTo(Demuxed.of(ts).dump());
        assertThat(cut.leaked()).isZero();
    }

    @Property(tries = 300)
    void shouldSurviveFlippedBitsAndLostPackets(@ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int file) {
        byte[] ts = TsFixtures.bytes(
                List.of("h264-aac.ts", "h265-ac3.ts", "opus.ts", "h264-aac-wrap.ts", "mpeg2-mp2.ts", "aac-latm.ts")
                        .get(file))
                .clone();
        Random random = new Random(seed);
        for (int flips = random.nextInt(200); flips > 0; flips--) {
            ts[random.nextInt(ts.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Demuxed demuxed = new Demuxed();
        for (int at = 0; at < ts.length / TsPacket.SIZE; at++) {
            switch (random.nextInt(60)) {
                case 0 -> {
                }
                case 1 -> demuxed.demuxer.discontinuity();
                default -> demuxed.packets(ts, at, at + 1);
            }
        }
        if (random.nextBoolean()) {
            demuxed.demuxer.flush();
        }
        for (Unit unit : demuxed.units) {
            assertThat(unit.pts()).isGreaterThanOrEqualTo(unit.dts());
        }
        assertThat(demuxed.leaked()).isZero();
    }

    @Test
    void shouldGoOnOverTheWrapWhenTimesHave33Bits() {
        Demuxed demuxed = Demuxed.of(TsFixtures.bytes("h264-aac-wrap.ts"));
        assertThat(demuxed.units.getLast().dts()).isGreaterThan(1L << 33);
        assertThat(demuxed.units.getFirst().dts()).isLessThan(1L << 33);
    }

    @Test
    void shouldDropAndCountTheAccessUnitThatLacksAPacket() {
        byte[] ts = TsFixtures.bytes("h264-bframes-opengop.ts");
        List<Unit> whole = Demuxed.of(ts).units;
        TsFixtures.Heard heard = TsFixtures.parse(ts);
        int second = heard.pesOffsets.get(1) / TsPacket.SIZE;
        Demuxed demuxed = new Demuxed();
        demuxed.packets(ts, 0, second + 1);
        demuxed.packets(ts, second + 2, ts.length / TsPacket.SIZE);
        demuxed.demuxer.flush();
        assertThat(demuxed.demuxer.dropped()).isEqualTo(1);
        assertThat(demuxed.units).hasSize(whole.size() - 1).doesNotContain(whole.get(1));
        assertThat(demuxed.units.get(1).dts()).isEqualTo(whole.get(2).dts());
    }

    @Test
    void shouldTakeAPacketOnceWhenItIsSentTwice() {
        byte[] ts = TsFixtures.bytes("h264-aac.ts");
        Demuxed demuxed = new Demuxed();
        for (int at = 0; at < ts.length / TsPacket.SIZE; at++) {
            demuxed.packets(ts, at, at + 1);
            demuxed.packets(ts, at, at + 1);
        }
        demuxed.demuxer.flush();
        assertThat(demuxed.dump()).isEqualTo(Demuxed.of(ts).dump());
    }

    @Test
    void shouldStartTimesAnewAfterADiscontinuity() {
        byte[] ts = TsFixtures.bytes("h264-aac.ts");
        Demuxed demuxed = Demuxed.of(ts);
        int first = demuxed.units.size();
        demuxed.demuxer.discontinuity();
        byte[] wrapped = TsMuxerTest.mux(SampleFixtures.of("h264-aac.ts"));
        demuxed.packets(wrapped, 0, wrapped.length / TsPacket.SIZE);
        demuxed.demuxer.flush();
        assertThat(demuxed.units.get(first).dts()).isLessThan(demuxed.units.get(first - 1).dts());
        assertThat(demuxed.units).hasSize(2 * first);
    }

    @Test
    void shouldTellTracksAgainBeforeTheKeyWhoseParameterSetsAreOthers() {
        ByteBuf out = Unpooled.buffer();
        TsMuxer muxer = new TsMuxer();
        Media small = SampleFixtures.of("h264-aac.ts");
        Media large = SampleFixtures.of("h264-ntsc-320.ts");
        TsMuxerTest.write(muxer, small, 0, out);
        TsMuxerTest.write(muxer, large, small.units().getLast().dts() - large.units().getFirst().dts() + 3600, out);
        Demuxed demuxed = Demuxed.of(bytes(out));
        assertThat(demuxed.tracks).hasSizeBetween(2, 3);
        Unit next = demuxed.units.get(demuxed.tracksAt.get(1));
        assertThat(next.track()).isZero();
        assertThat(next.key()).isTrue();
        assertThat(demuxed.tracks.getLast()).extracting(Track::config)
                .containsExactly(large.tracks().get(0).config(), large.tracks().get(1).config());
    }

    @Test
    void shouldGoOnByAFrameWhenAPesHasNoTime() {
        byte[] ts = TsFixtures.bytes("h264-aac.ts").clone();
        List<Unit> timed = units(Demuxed.of(ts), true);
        TsFixtures.Heard heard = TsFixtures.parse(ts);
        ByteBuf all = Unpooled.wrappedBuffer(ts);
        for (int i = 2; i < heard.pes.size(); i++) {
            if (heard.pes.get(i).pid() == 0x100 && i % 3 != 0) {
                int at = heard.pesOffsets.get(i);
                int pes = at + TsPacket.payloadOffset(all, at);
                ts[pes + 7] &= 0x3F;
            }
        }
        List<Unit> untimed = units(Demuxed.of(ts), true);
        assertThat(untimed).extracting(Unit::dts).containsExactlyElementsOf(timed.stream().map(Unit::dts).toList());
    }

    @Property(tries = 100)
    void shouldJoinFramesThatAreCutOverPesPackets(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuf adts = Unpooled.buffer();
        AudioSpecificConfig config = AudioSpecificConfig.of(2, 44_100, 2);
        List<byte[]> frames = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] frame = new byte[1 + random.nextInt(500)];
            random.nextBytes(frame);
            frames.add(frame);
            starts.add(adts.writerIndex());
            config.writeAdts(adts, frame.length);
            adts.writeBytes(frame);
        }
        Demuxed demuxed = Demuxed.of(cutIntoPes(adts, starts, random));
        assertThat(demuxed.units).hasSize(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            assertThat(demuxed.units.get(i).data()).isEqualTo(frames.get(i));
            assertThat(demuxed.units.get(i).dts()).isBetween(time(i) - 1, time(i));
        }
        assertThat(demuxed.leaked()).isZero();
    }

    private static long time(int frame) {
        return 90_000 + frame * 1024L * 90_000 / 44_100;
    }

    /** PES packets of any length; each has the time of the first frame that begins in it, none when there is none. */
    private static byte[] cutIntoPes(ByteBuf adts, List<Integer> starts, Random random) {
        ByteBuf out = Unpooled.buffer();
        TsTracks plan = TsTracks.plan(
                List.of(new Track(0, Codec.AAC, AudioSpecificConfig.of(2, 44_100, 2).bytes())));
        PsiWriter.write(out, 0, TsTracks.pat(), 0);
        PsiWriter.write(out, TsTracks.PMT_PID, plan.pmt(0), 0);
        PesPackets packets = new PesPackets(plan.pcrPid());
        for (int at = 0; at < adts.writerIndex();) {
            int from = at;
            int length = Math.min(1 + random.nextInt(900), adts.writerIndex() - at);
            int frame = -1;
            for (int i = starts.size() - 1; i >= 0; i--) {
                frame = starts.get(i) >= from && starts.get(i) < from + length ? i : frame;
            }
            ByteBuf head = Unpooled.buffer();
            PesPackets.header(head, 0xC0, length, time(Math.max(frame, 0)), time(Math.max(frame, 0)));
            if (frame < 0) {
                head.setByte(7, 0);
            }
            packets.write(out, false, PesPackets.NO_PCR, head, adts.slice(at, length));
            at += length;
        }
        return bytes(out);
    }

    @Test
    void shouldNameWhatItDoesNotTakeOut() {
        Demuxed demuxed = Demuxed.of(TsFixtures.bytes("mpeg2-mp2.ts"));
        assertThat(demuxed.demuxer.refused()).containsExactly("PID 0x100: MPEG-2 video (stream type 0x02) "
                + "(expected: H.264, H.265, AAC, MPEG audio, AC-3 or Opus)");
        assertThat(demuxed.tracks.getFirst()).extracting(Track::codec).containsExactly(Codec.MPEG_AUDIO);
    }

    @Test
    void shouldGoOnWithoutATrackThatNeverComes() {
        Media media = SampleFixtures.of("h264-aac.ts");
        Media silent = new Media(media.tracks(), media.units().stream().filter(u -> u.track() == 0).toList());
        Demuxed demuxed = new Demuxed();
        byte[] ts = TsMuxerTest.mux(silent);
        demuxed.packets(ts, 0, ts.length / TsPacket.SIZE);
        assertThat(demuxed.tracks).hasSize(1);
        assertThat(demuxed.tracks.getFirst()).extracting(Track::codec).containsExactly(Codec.H264);
        assertThat(demuxed.units).hasSizeGreaterThan(70);
    }

    @Test
    void shouldDropAndCountAnAccessUnitThatIsTooLarge() {
        Media media = SampleFixtures.of("h264-bframes-opengop.ts");
        byte[] large = new byte[PesAssembler.MAX_BYTES + 1000];
        Arrays.fill(large, (byte) 0x55);
        large[0] = 0;
        large[1] = 0x7F;
        List<Unit> units = new ArrayList<>(media.units());
        Unit third = units.get(2);
        ByteBuf sized = Unpooled.wrappedBuffer(large).setInt(0, large.length - 4).setByte(4, 1);
        units.set(2, new Unit(0, third.dts(), third.pts(), false, bytes(sized)));
        Demuxed demuxed = Demuxed.of(TsMuxerTest.mux(new Media(media.tracks(), units)));
        assertThat(demuxed.units).hasSize(units.size() - 1);
        assertThat(demuxed.demuxer.dropped()).isEqualTo(1);
        assertThat(demuxed.leaked()).isZero();
    }

    @Test
    void shouldKnowTheMappingOfOpusWithSixChannels() {
        Track six = new Track(0, Codec.OPUS, OpusHead.ofVorbisOrder(6).orElseThrow().bytes());
        Unit unit = new Unit(0, 0, 0, true, new byte[]{(byte) 0xFC, 1, 2});
        assertThat(Demuxed.of(TsMuxerTest.mux(new Media(List.of(six), List.of(unit)))).tracks)
                .containsExactly(List.of(six));
    }

    private static void assertSame(Media media, Demuxed demuxed) {
        assertThat(demuxed.tracks).hasSize(1);
        long shift = 90_000 - media.units().getFirst().dts();
        for (int i = 0; i < media.tracks().size(); i++) {
            Track track = media.tracks().get(i);
            assertThat(demuxed.tracks.getFirst().get(i)).isEqualTo(new Track(i, track.codec(), track.config()));
            List<Unit> expected = media.units().stream().filter(u -> u.track() == track.id()).toList();
            List<Unit> found = demuxed.of(i);
            assertThat(found).hasSameSizeAs(expected);
            for (int n = 0; n < found.size(); n++) {
                assertThat(found.get(n).data()).isEqualTo(expected.get(n).data());
                assertThat(found.get(n).key()).isEqualTo(expected.get(n).key());
                // Frames of AAC that share a PES packet have times that count from its first.
                long slip = track.codec() == Codec.AAC ? 2 : 0;
                assertThat(found.get(n).dts() - expected.get(n).dts() - shift).isBetween(-slip, slip);
                assertThat(found.get(n).pts() - expected.get(n).pts() - shift).isBetween(-slip, slip);
            }
        }
    }

    private static void assertRising(Demuxed demuxed) {
        for (Track track : demuxed.tracks.getFirst()) {
            List<Unit> units = demuxed.of(track.id());
            for (int i = 1; i < units.size(); i++) {
                assertThat(units.get(i).dts()).isGreaterThan(units.get(i - 1).dts());
            }
        }
    }

    private static List<Unit> units(Demuxed demuxed, boolean video) {
        List<Integer> ids = demuxed.tracks.getFirst().stream().filter(t -> t.codec().isVideo() == video)
                .map(Track::id).toList();
        return demuxed.units.stream().filter(u -> ids.contains(u.track())).toList();
    }

    private static byte[] bytes(ByteBuf buf) {
        byte[] out = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), out);
        return out;
    }
}

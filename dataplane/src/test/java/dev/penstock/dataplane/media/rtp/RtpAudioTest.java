package dev.penstock.dataplane.media.rtp;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.ts.SampleFixtures;

import static dev.penstock.dataplane.media.rtp.Packets.last;
import static dev.penstock.dataplane.media.rtp.Packets.more;
import static org.assertj.core.api.Assertions.assertThat;

class RtpAudioTest {
    private final Packets packets = new Packets(false);

    private RtpTrack aac(int id) {
        return packets.session.add(id, Packets.format(97, "MPEG4-GENERIC", 48_000, Map.of("mode", "AAC-hbr", "config",
                "1190", "sizelength", "13", "indexlength", "3", "indexdeltalength", "3")));
    }

    @Test
    void shouldTakeSeveralFramesOfAPacket() {
        last(aac(0), 0, 0, "0020" + "0010" + "0018" + "aabb" + "ccddee");
        assertThat(packets.data()).containsExactly("*aabb", "*ccddee");
        assertThat(packets.samples).extracting(Sample::pts).containsExactly(90_000L, 91_920L);
    }

    @Test
    void shouldPutFragmentsOfAFrameTogether() {
        RtpTrack track = aac(0);
        more(track, 0, 0, "0010" + "0020" + "aabb");
        last(track, 1, 0, "0010" + "0020" + "ccdd");
        more(track, 2, 1024, "0010" + "0020" + "aabb");
        last(track, 4, 2048, "0010" + "0008" + "11");
        assertThat(packets.data()).containsExactly("*aabbccdd", "*11");
        assertThat(track.droppedUnits()).isEqualTo(1);
    }

    @Test
    void shouldReadLatm() {
        RtpTrack track = packets.session.add(0,
                Packets.format(97, "MP4A-LATM", 48_000, Map.of("cpresent", "0", "config", "40002320")));
        last(track, 0, 0, "03aabbcc");
        more(track, 1, 1024, "04aabb");
        last(track, 2, 1024, "ccdd");
        more(track, 3, 2048, "04aabb");
        last(track, 5, 3072, "01ff");
        last(track, 6, 4096, "01ee");
        assertThat(packets.data()).containsExactly("*aabbcc", "*aabbccdd", "*ee");
        assertThat(packets.seen).containsExactly("tracks [AAC#0]");
    }

    /** Elements as FFmpeg's muxer makes them: the configuration comes with the first, and with each twentieth behind it. */
    @Test
    void shouldReadLatmWithItsConfigurationInBand() throws IOException {
        byte[] loas;
        try (InputStream in = RtpAudioTest.class.getResourceAsStream("/media/aac.loas")) {
            loas = in.readAllBytes();
        }
        RtpTrack track = packets.session.add(0, Packets.format(97, "MP4A-LATM", 48_000, Map.of()));
        int sequence = 0;
        int elements = 0;
        for (int at = 0; at < loas.length; elements++) {
            int size = (loas[at + 1] & 0x1F) << 8 | (loas[at + 2] & 0xFF);
            String element = HexFormat.of().formatHex(loas, at + 3, at + 3 + size);
            int cut = elements % 2 == 0 ? 0 : 6;
            if (cut > 0) {
                more(track, sequence++, elements * 1024L, element.substring(0, cut));
            }
            last(track, sequence++, elements * 1024L, element.substring(cut));
            at += 3 + size;
        }
        assertThat(track.droppedUnits()).isZero();
        assertThat(packets.seen).containsExactly("tracks [AAC#0]");
        assertThat(packets.samples).hasSize(elements).hasSizeGreaterThan(40);
        List<byte[]> frames = SampleFixtures.of("aac.ts").units().stream().map(SampleFixtures.Unit::data).toList();
        for (int i = 0; i < elements; i++) {
            assertThat(ByteBufUtil.getBytes(packets.samples.get(i).data())).isEqualTo(frames.get(i));
            assertThat(packets.samples.get(i).pts()).isEqualTo(90_000 + i * 1920L);
        }
    }

    /** AudioMuxVersion 1, which tells how long the configuration is, two frames in an element, other data behind them. */
    @Test
    void shouldReadTheSecondFormOfLatm() {
        String config = "0" + "1" + "0" + value(255) + "1" + "000001" + "0000" + "000" + value(16)
                + bits("1190", 16) + "000" + "11111111" + "1" + value(8) + "0";
        RtpTrack track = packets.session.add(0, Packets.format(97, "MP4A-LATM", 48_000, Map.of("cpresent", "1")));
        last(track, 0, 0, hex("1" + bits("01ff", 16)));
        last(track, 1, 1024, hex(config + bits("02aabb", 24) + bits("01cc", 16) + bits("99", 8)));
        last(track, 2, 3072, hex("1" + bits("01dd", 16) + bits("01ee", 16) + bits("99", 8)));
        last(track, 3, 5120, hex("1" + bits("05dd", 16)));
        assertThat(packets.data()).containsExactly("*aabb", "*cc", "*dd", "*ee");
        assertThat(packets.samples).extracting(s -> s.pts() - packets.samples.getFirst().pts()).containsExactly(0L,
                1920L, 3840L, 5760L);
        assertThat(track.droppedUnits()).isEqualTo(2);
    }

    private static String value(int number) {
        return "00" + bits(HexFormat.of().toHexDigits((byte) number), 8);
    }

    private static String bits(String hex, int count) {
        String text = new BigInteger(hex, 16).toString(2);
        return "0".repeat(count - text.length()) + text;
    }

    private static String hex(String bits) {
        String padded = bits + "0".repeat((8 - bits.length() % 8) % 8);
        byte[] bytes = new byte[padded.length() / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(padded.substring(8 * i, 8 * i + 8), 2);
        }
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void shouldNotServeWhatItCannotRead() {
        assertThat(Packets.format(97, "MP4A-LATM", 48_000, Map.of("cpresent", "0")).codec()).isEmpty();
        assertThat(Packets.format(97, "MPEG4-GENERIC", 48_000, Map.of("ctsdeltalength", "8")).codec()).isEmpty();
        assertThat(Packets.format(0, "PCMU", 8_001, Map.of()).codec()).isEmpty();
        assertThat(Packets.format(97, "VP8", 90_000, Map.of()).codec()).isEmpty();
    }

    @Test
    void shouldHandG711ToARecoder() {
        StringBuilder got = new StringBuilder();
        RtpTrack track = packets.session.addRecoded(0, Packets.format(8, "PCMA", 8000, Map.of()),
                new byte[]{0x15, 0x08},
                (pts, data) -> {
                    got.append(pts).append(' ').append(data.readableBytes());
                    data.release();
                });
        last(track, 0, 0, "d5d5d5d5");
        assertThat(got).hasToString("90000 4");
        ByteBuf frame = io.netty.buffer.Unpooled.wrappedBuffer(new byte[]{1});
        track.recoded(95_000, frame);
        assertThat(packets.data()).containsExactly("*01");
        track.recoded(94_000, io.netty.buffer.Unpooled.buffer());
        assertThat(packets.samples).hasSize(1);
    }

    @Test
    void shouldLayTracksBesideEachOtherBySenderReports() {
        RtpTrack video = packets.h264();
        RtpTrack audio = aac(1);
        Packets.send(video, 0, 1000, false, Packets.sets(), 0);
        Packets.send(video, 1, 1000, true, Packets.IDR, 0);
        // The audio comes 200 ms later, and was taken 100 ms later. A fraction of NTP costs a tick.
        Packets.send(audio, 0, 5000, true, "00100010aabb", 200_000_000);
        packets.report(video, 1_000_000, 1000);
        packets.report(audio, 1_000_100, 5000);
        Packets.send(audio, 1, 5000 + 24_000, true, "00100010ccdd", 700_000_000);
        packets.report(audio, 1_000_605, 5000 + 24_000);
        Packets.send(audio, 2, 5000 + 48_000, true, "00100010eeff", 1_200_000_000);
        assertThat(packets.samples).extracting(Sample::pts).containsExactly(90_000L, 108_000L, 143_999L, 188_999L);
    }

    @Test
    void shouldLayTracksBesideEachOtherFromTheStartAsTheSenderSays() {
        RtpTrack video = packets.h264();
        RtpTrack audio = aac(1);
        packets.session.begins(video, 1000);
        packets.session.begins(audio, 5000);
        Packets.send(video, 0, 1900, false, Packets.sets(), 0);
        Packets.send(video, 1, 1900, true, Packets.IDR, 0);
        // 60 ms after the beginning, as the video is 10 ms after it; it comes 30 ms after the video.
        Packets.send(audio, 0, 5000 + 2880, true, "00100010aabb", 30_000_000);
        packets.report(video, 1_000_000, 1900);
        packets.report(audio, 1_000_055, 5000 + 2880);
        Packets.send(audio, 1, 5000 + 2880 + 1024, true, "00100010ccdd", 60_000_000);
        assertThat(packets.samples).extracting(Sample::pts).containsExactly(90_000L, 94_500L, 96_420L);
    }

    @Test
    void shouldNotBelieveBeginningsThatNoPacketIsNear() {
        RtpTrack video = packets.h264();
        RtpTrack audio = aac(1);
        packets.session.begins(video, 0);
        packets.session.begins(audio, 0);
        Packets.send(video, 0, 500_000_000, false, Packets.sets(), 0);
        Packets.send(video, 1, 500_000_000, true, Packets.IDR, 0);
        Packets.send(audio, 0, 48_000, true, "00100010aabb", 30_000_000);
        assertThat(packets.samples).extracting(Sample::pts).containsExactly(90_000L, 92_700L);
    }

    @Test
    void shouldNotBelieveReportsThatAreFarOff() {
        RtpTrack video = packets.h264();
        RtpTrack audio = aac(1);
        Packets.send(video, 0, 0, false, Packets.sets(), 0);
        Packets.send(video, 1, 0, true, Packets.IDR, 0);
        Packets.send(audio, 0, 0, true, "00100010aabb", 0);
        packets.report(video, 1_000_000, 0);
        packets.report(audio, 2_000_000, 0);
        Packets.send(audio, 1, 1024, true, "00100010ccdd", 0);
        assertThat(packets.samples).extracting(Sample::pts).containsExactly(90_000L, 90_000L, 91_920L);
    }

    @Test
    void shouldNotGoBackWhenAudioIsMovedBack() {
        RtpTrack video = packets.h264();
        RtpTrack audio = aac(1);
        Packets.send(video, 0, 0, false, Packets.sets(), 0);
        Packets.send(video, 1, 0, true, Packets.IDR, 0);
        Packets.send(audio, 0, 0, true, "00100010aabb", 300_000_000);
        packets.report(video, 1_000_000, 0);
        packets.report(audio, 1_000_000, 0);
        for (int i = 1; i < 20; i++) {
            Packets.send(audio, i, i * 1024L, true, "00100010ccdd", 300_000_000);
        }
        assertThat(packets.samples.stream().skip(1).map(Sample::pts)).isSorted().doesNotHaveDuplicates();
    }
}

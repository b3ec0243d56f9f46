package dev.penstock.dataplane.media.flv;

import java.util.ArrayList;
import java.util.List;

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

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class FlvReaderTest {
    private static final String AVC_CONFIG = "0164001fffe1000467640028010000";
    private static final String HEVC_CONFIG = "01" + "00".repeat(20) + "03" + "00";
    private static final String AAC_CONFIG = "1190";
    private static final String NAL = "00000002" + "6588";
    private static final String OPUS_HEAD = "4f70757348656164" + "01023801" + "80bb0000" + "0000" + "00";

    private final List<String> heard = new ArrayList<>();
    private final List<Track> tracks = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final FlvReader reader = new FlvReader(new FlvEvents() {
        @Override
        public void tracks(List<Track> now) {
            tracks.clear();
            tracks.addAll(now);
            heard.add("tracks " + now);
        }

        @Override
        public void sample(Sample sample) {
            samples.add(sample);
            heard.add(
                    sample.track() + " " + sample.dts() / 90 + "/" + sample.pts() / 90 + (sample.key() ? " key " : " ")
                            + ByteBufUtil.hexDump(sample.data()));
            assertThat(sample.pts()).isGreaterThanOrEqualTo(sample.dts());
            sample.data().release();
        }

        @Override
        public void discontinuity(String reason) {
            heard.add(reason);
        }

        @Override
        public void refused(String reason) {
            heard.add("refused " + reason);
        }
    });

    private static ByteBuf hex(String text) {
        byte[] bytes = ByteBufUtil.decodeHexDump(text.replace(" ", ""));
        return Unpooled.buffer(Math.max(1, bytes.length), Math.max(1, bytes.length)).writeBytes(bytes);
    }

    private void video(long time, String body) {
        reader.video(time, hex(body));
    }

    private void audio(long time, String body) {
        reader.audio(time, hex(body));
    }

    private void begin() {
        video(0, "17 00 000000" + AVC_CONFIG);
        audio(0, "af 00" + AAC_CONFIG);
    }

    @Test
    void shouldTellTracksWhenBothAreKnownAndUnitsWithTheirTimes() {
        begin();
        video(0, "17 01 000050" + NAL);
        audio(5, "af 01 2100");
        video(40, "27 01 000000" + NAL);

        assertThat(heard).containsExactly("tracks [H264#0, AAC#1]", "0 0/80 key " + NAL, "1 5/5 key 2100",
                "0 40/40 " + NAL);
        assertThat(tracks.getFirst().config()).isEqualTo(ByteBufUtil.decodeHexDump(AVC_CONFIG));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"legacy HEVC|1c 00 000000|1c 01 000028|H265",
            "Enhanced v1|90 68766331|91 68766331 000028|H265",
            "no offset|90 68766331|93 68766331|H265",
            "one track of several|96 00 68766331 00|96 01 68766331 00 000028|H265",
            "with nanoseconds|90 68766331|97 02 0186a0 01 68766331 000028|H265"})
    void shouldReadHevcInEachForm(String form, String config, String frame, Codec codec) {
        video(0, config + HEVC_CONFIG);
        video(0, frame + NAL);
        reader.end();

        assertThat(tracks).as(form).extracting(Track::codec).containsExactly(codec);
        assertThat(tracks.getFirst().config()).isEqualTo(ByteBufUtil.decodeHexDump(HEVC_CONFIG));
        assertThat(heard.getLast()).endsWith(" key " + NAL);
        assertThat(heard.getLast()).startsWith(form.equals("no offset") ? "0 0/0" : "0 0/40");
        if (form.startsWith("with nano")) {
            assertThat(samples.getFirst().dts()).isEqualTo(9);
        }
        assertThat(reader.damaged()).isZero();
    }

    @Test
    void shouldTakeTheFirstOfSeveralTracks() {
        String other = "01 000008 000028 00000001 ff".replace(" ", "");
        video(0, "90 61766331" + AVC_CONFIG);
        video(0, "96 11 61766331" + other + "00 000009 000028" + NAL);
        audio(0, "95 00 4f707573 01" + OPUS_HEAD);
        reader.end();

        assertThat(heard).containsExactly("tracks [H264#0]", "0 0/40 key " + NAL);
    }

    @Test
    void shouldReadAv1AndOpusAndLeaveOutTheTemporalDelimiter() {
        video(0, "90 61763031 81000c00");
        audio(0, "90 4f707573" + OPUS_HEAD);
        video(0, "91 61763031 1200 0a01ff");
        audio(20, "91 4f707573 fc01");

        assertThat(heard).containsExactly("tracks [AV1#0, OPUS#1]", "0 0/0 key 0a01ff", "1 20/20 key fc01");
    }

    @Test
    void shouldReadMp3WithoutConfiguration() {
        reader.metadata(false, true);
        audio(7, "2f fffb9000");

        assertThat(heard).containsExactly("tracks [MPEG_AUDIO#1]", "1 7/7 key fffb9000");
    }

    @Test
    void shouldNotWaitForATrackThatNeverComes() {
        video(0, "17 00 000000" + AVC_CONFIG);
        for (int time = 0; time < 500; time += 40) {
            video(time, "27 01 000000" + NAL);
        }
        assertThat(heard).isEmpty();
        video(500, "27 01 000000" + NAL);
        assertThat(heard).hasSize(15).first().isEqualTo("tracks [H264#0]");
        audio(900, "af 00" + AAC_CONFIG);
        assertThat(heard.getLast()).isEqualTo("tracks [H264#0, AAC#1]");
    }

    @Test
    void shouldNotWaitForATrackThatMetadataDoesNotPromise() {
        reader.metadata(true, false);
        video(0, "17 00 000000" + AVC_CONFIG);
        video(0, "17 01 000000" + NAL);

        assertThat(heard).hasSize(2);
    }

    @Test
    void shouldTellAChangedConfigurationOnceAndBeforeItsUnits() {
        begin();
        video(0, "17 01 000000" + NAL);
        video(40, "17 00 000000" + AVC_CONFIG);
        video(40, "17 00 000000" + AVC_CONFIG.replace("1f", "28"));
        video(40, "17 01 000000" + NAL);

        assertThat(heard).containsExactly("tracks [H264#0, AAC#1]", "0 0/0 key " + NAL, "tracks [H264#0, AAC#1]",
                "0 40/40 key " + NAL);
    }

    @Test
    void shouldGoOnOverTheWrapOfTimestamps() {
        begin();
        video(0xffff_fff0L, "17 01 000000" + NAL);
        audio(0xffff_fff8L, "af 01 21");
        video(0x18, "27 01 000000" + NAL);

        assertThat(samples).extracting(Sample::dts).containsExactly(0xffff_fff0L * 90, 0xffff_fff8L * 90,
                0x1_0000_0018L * 90);
    }

    @Test
    void shouldKeepDecodingBeforePresentationWhenOffsetsAreNegative() {
        begin();
        video(1000, "17 01 000000" + NAL);
        video(1040, "27 01 ffffd8" + NAL);
        video(1080, "27 01 000028" + NAL);

        assertThat(samples).extracting(s -> s.dts() / 90).containsExactly(1000L, 1000L, 1040L);
        assertThat(samples).extracting(s -> s.pts() / 90).containsExactly(1000L, 1000L, 1120L);
    }

    @Test
    void shouldSayThatTimestampsJumpOnce() {
        begin();
        video(1000, "17 01 000000" + NAL);
        audio(1000, "af 01 21");
        video(90_000, "17 01 000000" + NAL);
        audio(90_000, "af 01 21");
        video(20, "17 01 000000" + NAL);

        assertThat(heard).filteredOn(line -> line.startsWith("timestamps")).containsExactly(
                "timestamps jump by 89000 ms", "timestamps jump by -89980 ms");
        assertThat(samples.getLast().dts()).isEqualTo(1800);
    }

    @Test
    void shouldWidenShortLengths() {
        video(0, "17 00 000000" + AVC_CONFIG.replace("1fff", "1ffd"));
        reader.metadata(true, false);
        video(0, "17 01 000000 0002 6588 0001 09");

        assertThat(heard.getLast()).isEqualTo("0 0/0 key " + NAL + "0000000109");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"17 01 000000 00000003 6588", "17 01 0000", "1c 01 000000 000000026588",
            "17 07 000000 00",
            "97 ff", "96", "96 11 68766331 00 0000ff 00", "91 6876"})
    void shouldDropAndCountWhatIsDamaged(String body) {
        begin();
        video(0, body);

        assertThat(heard).isEmpty();
        assertThat(reader.damaged()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"90 76703039|video vp09 is not served (expected: avc1, hvc1 or av01)",
            "12 00|FLV video codec 2 is not served (expected: H.264, H.265 or AV1)"})
    void shouldRefuseWhatIsNotServedAndSayWhatIs(String body, String message) {
        video(0, body);
        video(0, body);

        assertThat(heard).containsExactly("refused " + message);
    }

    @Property(tries = 3000)
    void shouldTakeAnyBytes(@ForAll @Size(max = 60) List<byte @Size(max = 80) []> bodies,
            @ForAll @IntRange(max = 3) int mode) {
        FlvReaderTest test = new FlvReaderTest();
        if (mode > 0) {
            test.begin();
        }
        List<ByteBuf> buffers = new ArrayList<>();
        int time = 0;
        for (byte[] body : bodies) {
            ByteBuf buffer = Unpooled.buffer(Math.max(1, body.length), Math.max(1, body.length)).writeBytes(body);
            if (mode == 2 && body.length > 0) {
                buffer.setByte(0, 0x80 | body[0]);
            }
            buffers.add(buffer);
            if ((time++ & 1) == 0) {
                test.reader.video(time * 40L, buffer);
            } else {
                test.reader.audio(time * 40L, buffer);
            }
        }
        test.reader.end();
        assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 0);
    }
}

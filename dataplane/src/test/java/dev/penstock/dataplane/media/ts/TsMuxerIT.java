package dev.penstock.dataplane.media.ts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What FFmpeg says of access units made into a transport stream. */
class TsMuxerIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h264-aac-wrap.ts", "h264-bframes-opengop.ts", "h265-ac3.ts", "aac.ts",
            "h264-ntsc-320.ts", "opus.ts"})
    void shouldDecodeWithTheTimesOfTheSource(String name) throws Exception {
        Media media = SampleFixtures.of(name);
        check(media, TsMuxerTest.mux(media));
    }

    @Test
    void shouldDecodeWhenTheFrameRateVaries() throws Exception {
        Media media = SampleFixtures.of("h264-aac.ts");
        List<Unit> units = new ArrayList<>();
        int frame = 0;
        long drift = 0;
        for (Unit unit : media.units()) {
            if (unit.track() == media.tracks().getFirst().id()) {
                units.add(unit.moved(unit.track(), drift));
                drift += frame++ % 3 == 0 ? 1234 : frame % 7 == 0 ? 2000 : -617;
            } else {
                units.add(unit);
            }
        }
        units.sort(java.util.Comparator.comparingLong(Unit::dts));
        Media varying = new Media(media.tracks(), units);
        check(varying, TsMuxerTest.mux(varying));
    }

    @Test
    void shouldDecodeWhenThereAreTwoAudioTracks() throws Exception {
        Media media = SampleFixtures.of("h264-aac.ts");
        Media other = SampleFixtures.of("aac.ts");
        List<Track> tracks = new ArrayList<>(media.tracks());
        tracks.add(new Track(5, Codec.AAC, other.tracks().getFirst().config()));
        List<Unit> units = new ArrayList<>(media.units());
        long shift = media.units().getFirst().dts() - other.units().getFirst().dts();
        other.units().forEach(u -> units.add(u.moved(5, shift)));
        units.sort(java.util.Comparator.comparingLong(Unit::dts));
        Media both = new Media(tracks, units);
        check(both, TsMuxerTest.mux(both));
    }

    @Test
    void shouldDecodeOnlyVideo() throws Exception {
        Media media = SampleFixtures.of("h264-ntsc-320.ts");
        Track video = media.tracks().stream().filter(t -> t.codec().isVideo()).findFirst().orElseThrow();
        Media only = new Media(List.of(video), media.units().stream().filter(u -> u.track() == video.id()).toList());
        check(only, TsMuxerTest.mux(only));
    }

    @Test
    void shouldDecodeWhenTheResolutionChanges() throws Exception {
        Media small = SampleFixtures.of("h264-aac.ts");
        Media large = SampleFixtures.of("h264-ntsc-320.ts");
        TsMuxer muxer = new TsMuxer();
        ByteBuf out = Unpooled.buffer();
        TsMuxerTest.write(muxer, small, 0, out);
        long later = small.units().getLast().dts() - large.units().getFirst().dts() + 3600;
        TsMuxerTest.write(muxer, large, later, out);
        Path file = file(out);

        String said = run("ffmpeg", "-v", "warning", "-xerror", "-i", file.toString(), "-map", "0:v", "-f", "null",
                "-");
        assertThat(said.lines().filter(l -> !l.contains("Changing video frame properties"))).isEmpty();
        assertThat(run("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=width", "-of",
                "csv=p=0", file.toString()).lines().map(l -> l.replace(",", "")).distinct()).contains("160", "320");
    }

    private void check(Media media, byte[] ts) throws Exception {
        Path file = file(Unpooled.wrappedBuffer(ts));
        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", file.toString(), "-map", "0",
                "-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "null", "-")).isEmpty();
        Map<Integer, List<double[]>> packets = packets(file);
        assertThat(packets).hasSameSizeAs(media.tracks());
        double offset = Double.NaN;
        for (int i = 0; i < media.tracks().size(); i++) {
            int id = media.tracks().get(i).id();
            List<Unit> units = media.units().stream().filter(u -> u.track() == id).toList();
            List<double[]> found = packets.get(i);
            assertThat(found).hasSameSizeAs(units);
            for (int n = 0; n < found.size(); n++) {
                double moved = found.get(n)[0] - units.get(n).pts() / 90_000.0;
                offset = Double.isNaN(offset) ? moved : offset;
                assertThat(moved).isCloseTo(offset, within(0.02));
                if (n > 0) {
                    assertThat(found.get(n)[1]).isGreaterThan(found.get(n - 1)[1]);
                }
            }
        }
    }

    /** Presentation and decoding time of each packet, by stream. */
    private static Map<Integer, List<double[]>> packets(Path file) throws Exception {
        Map<Integer, List<double[]>> packets = new TreeMap<>();
        run("ffprobe", "-v", "error", "-show_entries", "packet=stream_index,pts_time,dts_time", "-of", "csv=p=0",
                file.toString()).lines().forEach(line -> {
                    String[] fields = line.split(",");
                    packets.computeIfAbsent(Integer.parseInt(fields[0]), key -> new ArrayList<>())
                            .add(new double[]{Double.parseDouble(fields[1]), Double.parseDouble(fields[2])});
                });
        return packets;
    }

    private Path file(ByteBuf ts) throws Exception {
        Path file = folder.resolve("out.ts");
        byte[] bytes = new byte[ts.readableBytes()];
        ts.readBytes(bytes);
        return Files.write(file, bytes);
    }

    private static String run(String... command) throws Exception {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

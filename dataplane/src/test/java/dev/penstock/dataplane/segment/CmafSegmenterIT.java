package dev.penstock.dataplane.segment;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.media.ts.SampleFixtures;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What FFmpeg says of CMAF segments. */
class CmafSegmenterIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"h264-aac.ts,true", "h264-aac.ts,false", "h264-aac-wrap.ts,true", "h264-bframes-opengop.ts,true",
            "h264-ntsc-320.ts,false", "h265-ac3.ts,true", "aac.ts,true", "opus.ts,true"})
    void shouldDecodeWithTheTimesOfTheSource(String name, boolean parts) throws Exception {
        Media media = SampleFixtures.of(name);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        CmafHeard heard = new CmafHeard();
        CmafConfig config = new CmafConfig(
                SegmentConfig.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(12)),
                parts ? Optional.of(Duration.ofMillis(300)) : Optional.empty(), parts);
        CmafSegmenter segmenter = new CmafSegmenter(config, allocator, Instant.EPOCH, LastNumbers.NONE, heard);
        segmenter.arrived(1_800_000_000_000L);
        segmenter.tracks(media.tracks());
        media.units().forEach(u -> segmenter.sample(u.sample()));
        segmenter.ended();
        int audio = 0;
        for (var track : media.tracks()) {
            String rendition = track.codec().isVideo() ? "video" : audio++ == 0 ? "audio" : "audio" + audio;
            Path file = Files.write(folder.resolve(rendition + ".mp4"), heard.file(rendition));
            assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", file.toString(), "-fps_mode", "passthrough",
                    "-enc_time_base", "demux", "-f", "null", "-")).isEmpty();
            long start = heard.of("video").isEmpty() ? 0 : heard.of("video").getFirst().startTicks();
            List<Unit> units = media.units().stream()
                    .filter(u -> u.track() == track.id() && (rendition.equals("video") || u.pts() >= start)).toList();
            List<Double> times = times(file);
            assertThat(times).hasSameSizeAs(units);
            double base = times.getFirst() - units.getFirst().pts() / 90_000.0;
            // FFmpeg shows video later by what it is reordered, where offsets of composition are signed.
            assertThat(base).isBetween(-0.001, rendition.equals("video") ? 0.081 : 0.001);
            for (int i = 0; i < units.size(); i++) {
                assertThat(times.get(i) - units.get(i).pts() / 90_000.0).isCloseTo(base, within(0.015));
            }
        }
    }

    private static List<Double> times(Path file) throws Exception {
        List<Double> times = new ArrayList<>();
        run("ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", file.toString()).lines()
                .forEach(line -> times.add(Double.parseDouble(line.replace(",", ""))));
        return times;
    }

    private static String run(String... command) throws Exception {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

package dev.penstock.dataplane.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** The FFmpeg programs that come with Penstock, for tests. */
final class Ffmpeg {
    private static final int PACKET = 188;
    private static final int VIDEO_PID = 0x100;
    private static final int AUDIO_PID = 0x101;

    private Ffmpeg() {}

    /**
     * Makes transport stream segments of exactly 2 s, 25 frames per second: one continuous stream, cut before the tables in
     * front of each keyframe.
     */
    static List<byte[]> segments(Path folder, int count) throws IOException, InterruptedException {
        Path whole = folder.resolve("whole.ts");
        run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25", "-f", "lavfi", "-i",
                "sine=f=440:r=48000", "-t", Integer.toString(2 * count), "-c:v", "libopenh264", "-b:v", "200k", "-g",
                "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-mpegts_flags", "+pat_pmt_at_frames", whole.toString());
        byte[] stream = Files.readAllBytes(whole);
        List<byte[]> segments = new ArrayList<>();
        int start = 0;
        int tables = -1;
        int keys = 0;
        for (int at = 0; at < stream.length; at += PACKET) {
            int pid = (stream[at + 1] & 0x1f) << 8 | (stream[at + 2] & 0xff);
            if (pid == VIDEO_PID && randomAccess(stream, at) && keys++ > 0) {
                segments.add(Arrays.copyOfRange(stream, start, tables));
                start = tables;
            }
            if (pid == 0 && tables < 0) {
                tables = at;
            } else if (pid == VIDEO_PID || pid == AUDIO_PID) {
                tables = -1;
            }
        }
        segments.add(Arrays.copyOfRange(stream, start, stream.length));
        assertThat(segments.size()).isEqualTo(count);
        return segments;
    }

    /** Whether a packet starts a keyframe (ISO/IEC 13818-1, 2.4.3.4: random_access_indicator). */
    private static boolean randomAccess(byte[] stream, int at) {
        boolean adaptation = (stream[at + 3] & 0x20) != 0;
        return (stream[at + 1] & 0x40) != 0 && adaptation && stream[at + 4] != 0 && (stream[at + 5] & 0x40) != 0;
    }

    /** Plays to the end and fails on the first error. */
    static void play(String url) throws IOException, InterruptedException {
        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", url, "-f", "null", "-")).doesNotContain("error");
    }

    /** Counts the video frames that decode. */
    static int frames(String url) throws IOException, InterruptedException {
        return Integer
                .parseInt(run("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                        "stream=nb_read_frames", "-of", "csv=p=0", url).strip().lines().toList().getFirst());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}

package dev.penstock.dataplane.ingest.slate;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

/**
 * Makes clips of images and clips with the FFmpeg that comes with Penstock: H.264 at 25 frames a second, a key frame each second, AAC
 * at 48 kHz. A clip is as long as whole frames of both fit: so it joins its own start. Blocks; not for an event loop.
 */
public final class SlateMaker {
    /** Frames of video and of audio that are equally long: 0.32 s, 28,800 ticks. */
    private static final int VIDEO_FRAMES = 8;
    private static final int AUDIO_FRAMES = 15;
    private static final int AAC_SAMPLES = 1024;
    private static final long UNIT_TICKS = 28_800;
    /** Eight seconds of an image, a minute of a clip. */
    private static final int IMAGE_UNITS = 25;
    private static final int MAX_UNITS = 187;
    private static final int SECONDS = 120;
    private static final int MAX_OUTPUT = 4096;
    /** What a slate may be: formats that lead to no other file. */
    private static final String FORMATS = "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,gif,mov,matroska,mpegts,flv,avi";
    private static final int MAX_BYTES = 16 << 20;

    private SlateMaker() {}

    /**
     * Makes a clip.
     *
     * @param source an image or a clip
     * @param target file that is written; the caller deletes it
     * @param width pixels; odd ones are rounded down
     * @param height pixels; odd ones are rounded down
     * @throws IOException with one line for a person, when it is neither image nor clip
     */
    public static Slate.Clip make(Path source, Path target, int width, int height)
            throws IOException, InterruptedException {
        String probe = run(List.of("ffprobe", "-v", "error", "-protocol_whitelist", "file", "-format_whitelist",
                FORMATS,
                "-show_entries", "stream=codec_type:format=duration", "-of", "default=nw=1", source.toString()));
        if (!probe.contains("codec_type=video")) {
            throw new IOException("neither image nor clip (expected: PNG, JPEG, WebP, GIF, MP4, Matroska or MPEG-TS)");
        }
        double seconds = seconds(probe);
        boolean image = seconds < 0.1;
        int units = image ? IMAGE_UNITS : Math.clamp(Math.round(seconds / 0.32), 1, MAX_UNITS);
        run(command(source, target, new Shape(width & ~1, height & ~1, units, image,
                probe.contains("codec_type=audio"))));
        if (Files.size(target) > MAX_BYTES) {
            throw new IOException("makes " + Files.size(target) + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        return new Slate.Clip(Files.readAllBytes(target), units * UNIT_TICKS);
    }

    private record Shape(int width, int height, int units, boolean image, boolean audio) {}

    private static List<String> command(Path source, Path target, Shape shape) {
        String size = shape.width() + ":" + shape.height();
        String still = shape.image() ? "loop=loop=-1:size=1,setpts=N/(25*TB)" : "fps=25,tpad=stop_mode=clone:stop=-1";
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist",
                "file", "-format_whitelist", FORMATS, "-i", source.toString(), "-f", "lavfi", "-i",
                "anullsrc=r=48000:cl=stereo", "-map", "0:v:0", "-map", shape.audio() ? "0:a:0" : "1:a:0", "-vf",
                still + ",scale=" + size + ":force_original_aspect_ratio=decrease,pad=" + size
                        + ":(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p",
                "-af", "aresample=48000:first_pts=0,apad,atrim=end_sample=" + samples(shape.units()), "-r", "25",
                "-frames:v", Integer.toString(shape.units() * VIDEO_FRAMES)));
        command.addAll(List.of("-c:v", "libopenh264", "-b:v", shape.image() ? "600k" : "1500k", "-g", "25", "-c:a",
                "aac", "-b:a", "64k", "-ac", "2", "-ar", "48000", "-f", "mpegts", target.toString()));
        return command;
    }

    /** The encoder adds a frame of its own at the start. */
    private static int samples(int units) {
        return (units * AUDIO_FRAMES - 1) * AAC_SAMPLES;
    }

    private static double seconds(String probe) {
        return probe.lines().filter(l -> l.startsWith("duration=")).map(l -> l.substring(9))
                .filter(l -> l.matches("[0-9.]+")).mapToDouble(Double::parseDouble).max().orElse(0);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = FfmpegPrograms.process(command).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process process = builder.start();
        // Ends the program, and so the reading, when it takes too long.
        Thread watch = Thread.ofVirtual().name("slate-watch").start(() -> limit(process));
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            out.transferTo(java.io.OutputStream.nullOutputStream());
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(command.getFirst() + " ended with status " + status + ": " + lastLine(said));
            }
            return said.toLowerCase(Locale.ROOT);
        } finally {
            process.destroyForcibly();
            watch.interrupt();
        }
    }

    private static void limit(Process process) {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line, without the path of our own file. */
    private static String lastLine(String said) {
        String last = said.lines().filter(l -> !l.isBlank()).reduce((a, b) -> b).orElse("no word");
        String shown = last.replaceAll("/[^ :]*/", "");
        return shown.length() > 160 ? shown.substring(0, 160) : shown;
    }
}

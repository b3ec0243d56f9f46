package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import static org.assertj.core.api.Assertions.assertThat;

/** Clips that tests play, made once for all of them by the FFmpeg that comes with Penstock. */
final class Clips {
    private static final Map<String, Path> MADE = new ConcurrentHashMap<>();

    private Clips() {}

    /** A minute of H.264 and AAC, 320x180 at 25 frames a second, a keyframe every second, about 300 kbit/s. */
    static byte[] minute() {
        return bytes(file());
    }

    /** As above, as a file; nobody may change it. */
    static Path file() {
        return MADE.computeIfAbsent("testsrc2=size=320x180:rate=25", Clips::make);
    }

    /** As above, with another picture. */
    static byte[] otherMinute() {
        return bytes(MADE.computeIfAbsent("smptebars=size=320x180:rate=25", Clips::make));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path make(String picture) {
        try {
            Path file = Files.createTempFile("clip", ".ts");
            file.toFile().deleteOnExit();
            assertThat(PenstockProcess.ffmpeg("-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i",
                    "sine=frequency=880:sample_rate=48000", "-t", "60", "-c:v", "libopenh264", "-b:v", "250k", "-g",
                    "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", "-f", "mpegts", file.toString()))
                    .doesNotContain("exit");
            return file;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

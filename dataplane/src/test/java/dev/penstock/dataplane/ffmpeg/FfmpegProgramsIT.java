package dev.penstock.dataplane.ffmpeg;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FfmpegProgramsIT {
    @Test
    void shouldRunTheProgramThatComesWithPenstock() throws Exception {
        List<String> command = FfmpegPrograms.resolve(List.of("ffmpeg", "-hide_banner", "-version"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output).startsWith("ffmpeg version 8.").doesNotContain("--enable-gpl");
    }

    @Test
    void shouldTakeTheProgramOfTheImage() {
        assertThat(FfmpegPrograms.resolve(List.of("ffprobe", "-h"), "/usr/local/bin"))
                .containsExactly("/usr/local/bin/ffprobe", "-h");
    }

    @Test
    void shouldLeaveOtherCommandsAlone() {
        assertThat(FfmpegPrograms.resolve(List.of("/usr/bin/ffmpeg", "-h"))).containsExactly("/usr/bin/ffmpeg", "-h");
    }
}

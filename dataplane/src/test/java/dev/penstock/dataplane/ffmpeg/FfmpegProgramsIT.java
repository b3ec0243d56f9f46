package dev.penstock.dataplane.ffmpeg;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FfmpegProgramsIT {
    @Test
    void shouldRunTheProgramThatComesWithPenstock() throws Exception {
        assertThat(output(FfmpegPrograms.process(List.of("ffmpeg", "-hide_banner", "-version"))))
                .startsWith("ffmpeg version 8.").doesNotContain("--enable-gpl");
    }

    @Test
    void shouldFindTheLibrariesThatLieBesideTheProgram() throws Exception {
        ProcessBuilder builder = FfmpegPrograms.process(List.of("ffmpeg"));
        Path folder = Path.of(builder.command().getFirst()).getParent();
        // The loader says what it would load (ld.so(8)), and starts nothing.
        builder.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
        String libraries = output(builder);
        assertThat(libraries).doesNotContain("not found");
        assertThat(libraries.lines().filter(line -> line.contains("libdrm.so.2"))).singleElement().asString()
                .contains(folder + "/libdrm.so.2");
        assertThat(FfmpegPrograms.process(List.of("/bin/cat")).environment()).isEqualTo(System.getenv());
        assertThat(FfmpegPrograms.process(List.of("ffmpeg"), "/usr/local/bin").environment())
                .isEqualTo(System.getenv());
    }

    private static String output(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
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

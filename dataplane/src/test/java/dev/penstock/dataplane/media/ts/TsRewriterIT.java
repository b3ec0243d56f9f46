package dev.penstock.dataplane.media.ts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;

import static org.assertj.core.api.Assertions.assertThat;

/** What FFmpeg says of sources made into one. */
class TsRewriterIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"h264-aac.ts,h264-aac-wrap.ts,225", "h264-aac-wrap.ts,h264-aac.ts,225", "mpeg2-mp2.ts,mpeg2-mp2.ts,225",
            "h265-ac3.ts,h265-ac3.ts,270"})
    void shouldDecodeWithoutAWordWhenSourcesChange(String first, String second, int frames) throws Exception {
        Path out = folder.resolve("out.ts");
        write(out, List.of(first, second, first));

        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", out.toString(), "-map", "0", "-f", "null", "-"))
                .isEmpty();
        assertThat(run("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                "stream=nb_read_frames", "-of", "csv=p=0", out.toString()).lines().findFirst().orElseThrow()
                .replace(",", "")).isEqualTo(String.valueOf(frames));
    }

    @Test
    void shouldDecodeWhenTheSecondSourceIsJoinedInTheMiddle() throws Exception {
        Path out = folder.resolve("out.ts");
        TsRewriter rewriter = new TsRewriter();
        try (OutputStream file = Files.newOutputStream(out)) {
            play(rewriter, TsFixtures.bytes("h264-aac.ts"), 0, file);
            play(rewriter, TsFixtures.bytes("h264-aac-wrap.ts"), 50, file);
        }

        assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", out.toString(), "-map", "0", "-f", "null", "-"))
                .isEmpty();
    }

    private static void write(Path out, List<String> sources) throws IOException {
        TsRewriter rewriter = new TsRewriter();
        try (OutputStream file = Files.newOutputStream(out)) {
            for (String source : sources) {
                play(rewriter, TsFixtures.bytes(source), 0, file);
            }
        }
    }

    private static void play(TsRewriter rewriter, byte[] source, int fromPacket, OutputStream out)
            throws IOException {
        rewriter.begin();
        for (int i = fromPacket; i * TsPacket.SIZE < source.length; i += 7) {
            ByteBuf packets = rewriter.rewrite(TsFixtures.packets(source, i, i + 7));
            packets.readBytes(out, packets.readableBytes());
            packets.release();
        }
    }

    private static String run(String... command) throws Exception {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

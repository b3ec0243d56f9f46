package dev.penstock.dataplane.app;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code samples/playback} as it is written: Penstock runs the folder, and the stream plays every way that its comment names. */
@Timeout(180)
class PlaybackSamplesIT {
    private static final Path SAMPLES = Path.of("../samples/playback").toAbsolutePath().normalize();
    private static final String LIVE = "/live/default/low-latency/";
    private static final Pattern INIT = Pattern.compile("initialization=\"\\$RepresentationID\\$/([^\"]+)\"");

    @TempDir
    Path folder;

    @Test
    void shouldPlayEveryWayThatItSays() throws Exception {
        try (PenstockProcess penstock = PenstockProcess.run(SAMPLES, folder)) {
            PenstockProcess.await("parts of video and audio",
                    () -> penstock.text(LIVE + "video.m3u8").contains("#EXT-X-PART:")
                            && penstock.text(LIVE + "audio.m3u8").contains("#EXT-X-PART:"));
            assertThat(penstock.text(LIVE + "index.m3u8")).contains("CODECS=\"avc1.", "mp4a.40.2", "RESOLUTION=640x360",
                    "AUDIO=\"audio\"");
            for (String what : new String[]{"index.m3u8", "stream.ts"}) {
                assertThat(PenstockProcess.ffmpeg("-xerror", "-i", penstock.url(LIVE + what), "-t", "8", "-f", "null",
                        "-"))
                        .as(what).isEmpty();
            }
            String manifest = penstock.text(LIVE + "manifest.mpd");
            assertThat(manifest).contains("type=\"dynamic\"", "contentType=\"video\"", "contentType=\"audio\"",
                    "availabilityTimeComplete=\"false\"", "<UTCTiming ");
            Matcher init = INIT.matcher(manifest);
            assertThat(init.find()).as(manifest).isTrue();
            assertThat(penstock.status(LIVE + "video/" + init.group(1))).isEqualTo(200);
        }
    }
}

package dev.penstock.dataplane.segment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A stream through a hub into a window, and what FFmpeg says of what is listed there. */
class CmafFeedIT {
    private static final int PACKET = 188;

    @TempDir
    Path folder;
    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final CmafConfig config = new CmafConfig(
            SegmentConfig.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(60)),
            Optional.of(Duration.ofMillis(320)), true);
    private final LiveCmafWindow window = new LiveCmafWindow(config, fixture.hub.demand());

    private CmafFeed start() {
        CmafSegmenter segmenter = new CmafSegmenter(config, allocator, fixture.now(), LastNumbers.NONE, window);
        CmafFeed feed = new CmafFeed(segmenter, allocator);
        fixture.hub.listen(feed, false);
        window.touch();
        fixture.hub.begin(SOURCE);
        return feed;
    }

    @AfterEach
    void shouldReleaseEverything() {
        fixture.hub.close();
        window.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(fixture.memory()).isZero();
    }

    private static byte[] media(String name) throws IOException {
        try (InputStream in = CmafFeedIT.class.getResourceAsStream("/media/" + name)) {
            return in.readAllBytes();
        }
    }

    /** A file in the time that it lasts, 20 ms at once. */
    private void feed(byte[] file, double seconds) {
        int steps = (int) (seconds * 50);
        int packets = file.length / PACKET;
        for (int i = 0; i < steps; i++) {
            int from = (int) ((long) packets * i / steps);
            int to = (int) ((long) packets * (i + 1) / steps);
            if (to > from) {
                fixture.feed(Unpooled.copiedBuffer(file, from * PACKET, (to - from) * PACKET));
            }
            fixture.pass(Duration.ofMillis(20));
        }
    }

    @ParameterizedTest
    @CsvSource({"h264-aac.ts,75,130", "h264-aac-wrap.ts,75,130", "h264-bframes-opengop.ts,75,0",
            "h264-ntsc-320.ts,90,141", "h265-ac3.ts,90,93", "aac.ts,0,142", "opus.ts,0,101"})
    void shouldDecodeWholly(String name, int frames, int audio) throws Exception {
        start();
        feed(media(name), name.equals("opus.ts") ? 2 : 3);
        fixture.hub.end("done");
        int renditions = (frames > 0 ? 1 : 0) + (audio > 0 ? 1 : 0);
        assertThat(window.view().renditions()).hasSize(renditions);
        for (CmafRendition rendition : window.view().renditions()) {
            Path file = write(rendition);
            assertThat(run("ffmpeg", "-v", "warning", "-xerror", "-i", file.toString(), "-fps_mode", "passthrough",
                    "-enc_time_base", "demux", "-f", "null", "-")).isEmpty();
            int found = Integer.parseInt(run("ffprobe", "-v", "error", "-count_packets", "-show_entries",
                    "stream=nb_read_packets", "-of", "csv=p=0", file.toString()).strip().replace(",", ""));
            if (rendition.video()) {
                assertThat(found).isEqualTo(frames);
            } else {
                // Sound before the first picture is left out.
                assertThat(found).isBetween(frames > 0 ? audio - 8 : audio, audio);
            }
            assertThat(rendition.segments()).hasSizeBetween(2, 4).allMatch(CmafSegment::complete);
            assertThat(rendition.segments().getFirst().startEpochMs()).isCloseTo(HubFixture.START.toEpochMilli(),
                    within(120L));
        }
    }

    /** The first initialization segment and all segments; parts say the same. */
    private Path write(CmafRendition rendition) throws IOException {
        String name = rendition.name();
        TreeMap<Long, byte[]> segments = new TreeMap<>();
        for (CmafSegment segment : rendition.segments()) {
            byte[] whole = bytes(window.segment(name, segment.sequence()));
            ByteArrayOutputStream parts = new ByteArrayOutputStream();
            for (int i = 0; i < segment.parts().size(); i++) {
                parts.writeBytes(bytes(window.part(name, segment.sequence(), i)));
            }
            assertThat(whole).hasSize(segment.bytes()).isEqualTo(parts.toByteArray());
            segments.put(segment.sequence(), whole);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(window.init(name, rendition.segments().getFirst().init())));
        segments.values().forEach(out::writeBytes);
        return Files.write(folder.resolve(name + ".mp4"), out.toByteArray());
    }

    private static byte[] bytes(Optional<ByteBuf> buffer) {
        ByteBuf content = buffer.orElseThrow();
        byte[] bytes = ByteBufUtil.getBytes(content);
        content.release();
        return bytes;
    }

    @Test
    void shouldBeginARunWhenTheSourceComesBackOrAnotherComes() throws Exception {
        CmafFeed feed = start();
        feed(media("h264-aac.ts"), 3);
        fixture.hub.end("unplugged");
        fixture.pass(Duration.ofSeconds(5));
        window.touch();
        fixture.hub.begin(SOURCE);
        feed(media("h264-ntsc-320.ts"), 3);
        fixture.hub.end("done");
        List<CmafSegment> video = window.view().rendition("video").orElseThrow().segments();
        assertThat(video.stream().filter(CmafSegment::discontinuity)).hasSize(1);
        assertThat(video.getLast().info().width()).isEqualTo(320);
        assertThat(video.getLast().discontinuitySequence()).isEqualTo(video.getFirst().discontinuitySequence() + 1);
        assertThat(video.stream().map(CmafSegment::init).distinct()).hasSize(2)
                .allSatisfy(id -> assertThat(bytes(window.init("video", id))).isNotEmpty());
        long first = video.getFirst().startEpochMs();
        CmafSegment second = video.stream().filter(CmafSegment::discontinuity).findFirst().orElseThrow();
        assertThat(second.startEpochMs() - first).isCloseTo(8000L, within(200L));
        assertThat(feed.refused()).isEmpty();
        assertThat(feed.dropped()).isZero();
    }

    @Test
    void shouldBeTakenOffAndPutBack() throws Exception {
        CmafFeed feed = start();
        byte[] file = media("h264-aac.ts");
        int half = file.length / PACKET / 2 * PACKET;
        feed(Arrays.copyOf(file, half), 1.5);
        assertThat(window.view().renditions()).hasSize(2);
        long last = window.view().renditions().getFirst().segments().getLast().sequence();
        fixture.hub.unlisten(feed);
        feed.asleep();
        assertThat(window.view().renditions()).isEmpty();
        fixture.hub.listen(feed, true);
        feed(Arrays.copyOfRange(file, half, file.length), 1.5);
        fixture.hub.end("done");
        CmafRendition video = window.view().renditions().getFirst();
        assertThat(video.segments().getFirst().sequence()).isGreaterThan(last);
        assertThat(video.segments().getFirst().discontinuity()).isTrue();
        assertThat(video.segments().getFirst().startEpochMs()).isCloseTo(HubFixture.START.toEpochMilli(), within(120L));
        Path written = write(video);
        assertThat(run("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of",
                "csv=p=0", written.toString()).strip().replace(",", "")).isEqualTo("75");
    }

    private static String run(String... command) throws Exception {
        Process process = FfmpegPrograms.process(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

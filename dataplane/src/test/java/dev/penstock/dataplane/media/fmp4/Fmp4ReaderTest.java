package dev.penstock.dataplane.media.fmp4;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.h264.AvcConfig;

import static org.assertj.core.api.Assertions.assertThat;

class Fmp4ReaderTest {
    private static final List<String> FILES = List.of("h264-aac", "h264-every", "h265-cmaf", "opus");

    /** What a reader found, as text that can be compared. */
    static final class Heard implements Fmp4Events {
        final List<String> events = new ArrayList<>();
        final Map<Integer, List<Sample>> samples = new HashMap<>();
        final List<Track> tracks = new ArrayList<>();
        private long lastDts = Long.MIN_VALUE;
        long worstStepBack;

        @Override
        public void tracks(List<Track> now) {
            tracks.clear();
            tracks.addAll(now);
            events.add("tracks " + now);
        }

        @Override
        public void sample(Sample sample) {
            assertThat(tracks).as("told before").isNotEmpty();
            assertThat(sample.pts()).isGreaterThanOrEqualTo(sample.dts());
            List<Sample> before = samples.computeIfAbsent(sample.track(), t -> new ArrayList<>());
            if (!before.isEmpty()) {
                assertThat(sample.dts()).isGreaterThanOrEqualTo(before.getLast().dts());
            }
            before.add(sample);
            worstStepBack = lastDts == Long.MIN_VALUE ? 0 : Math.max(worstStepBack, lastDts - sample.dts());
            lastDts = sample.dts();
            events.add(sample.track() + " " + sample.dts() + " " + sample.pts() + " " + sample.key() + " "
                    + Arrays.hashCode(ByteBufUtil.getBytes(sample.data())));
            sample.data().release();
        }

        @Override
        public void discontinuity() {
            samples.clear();
            events.add("discontinuity");
        }

        @Override
        public void refused(String reason) {
            events.add("refused " + reason);
        }
    }

    static byte[] file(String name) {
        try (InputStream in = Fmp4ReaderTest.class.getResourceAsStream("/media/" + name + ".frag.mp4")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Heard read(byte[] bytes, Random cuts, int most) {
        Heard heard = new Heard();
        Fmp4Reader reader = new Fmp4Reader(heard);
        for (int at = 0; at < bytes.length;) {
            int step = Math.min(bytes.length - at, most == 1 ? 1 : 1 + cuts.nextInt(most));
            ByteBuf piece = Unpooled.wrappedBuffer(bytes, at, step);
            reader.feed(piece);
            assertThat(piece.isReadable()).isFalse();
            piece.release();
            at += step;
        }
        reader.end();
        reader.end();
        return heard;
    }

    private static Heard read(byte[] bytes) {
        return read(bytes, new Random(1), Integer.MAX_VALUE >> 1);
    }

    @ParameterizedTest
    @CsvSource({"h264-aac,H264,50,AAC,95", "h264-every,H264,50,AAC,95", "h265-cmaf,H265,50,AAC,95"})
    void shouldReadVideoAndAudio(String name, Codec video, int frames, Codec audio, int units) {
        Heard heard = read(file(name));
        assertThat(heard.tracks).extracting(Track::codec).containsExactly(video, audio);
        assertThat(heard.samples.get(0)).hasSize(frames);
        assertThat(heard.samples.get(1)).hasSize(units);
        assertThat(heard.samples.get(0).stream().filter(Sample::key)).hasSize(2);
        assertThat(heard.samples.get(0).getFirst().key()).isTrue();
        for (int i = 1; i < frames; i++) {
            assertThat(heard.samples.get(0).get(i).dts() - heard.samples.get(0).get(i - 1).dts()).isEqualTo(3600);
        }
        assertThat(heard.worstStepBack).as("interleaved by time").isLessThan(9000);
        long shown = heard.samples.get(0).stream().mapToLong(Sample::pts).min().orElseThrow();
        long heardAt = heard.samples.get(1).getFirst().pts();
        // ffmpeg delays the video by its reordering, 80 ms, where it writes no edit list.
        assertThat(shown - heardAt).isBetween(-2000L, 9100L);
    }

    @Test
    void shouldMakeLengthsAndConfigurationsAsTheRestExpectsThem() {
        Heard heard = read(file("h264-aac"));
        assertThat(AvcConfig.parse(heard.tracks.getFirst().config())).hasValueSatisfying(config -> {
            assertThat(config.lengthSize()).isEqualTo(4);
            assertThat(config.shape()).hasValueSatisfying(sps -> assertThat(sps.width()).isEqualTo(320));
        });
        Heard opus = read(file("opus"));
        assertThat(opus.tracks).extracting(Track::codec).containsExactly(Codec.OPUS);
        assertThat(new String(opus.tracks.getFirst().config(), 0, 8, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("OpusHead");
        assertThat(opus.samples.get(0)).hasSize(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac", "h264-every", "h265-cmaf", "opus"})
    void shouldNotCareWhereBytesAreCut(String name) {
        byte[] bytes = file(name);
        List<String> whole = read(bytes).events;
        assertThat(read(bytes, new Random(1), 1).events).isEqualTo(whole);
        for (int seed = 0; seed < 5; seed++) {
            assertThat(read(bytes, new Random(seed), 3000).events).isEqualTo(whole);
        }
    }

    @Test
    void shouldMarkAPublisherThatBeginsAgain() {
        byte[] once = file("h264-aac");
        byte[] twice = Arrays.copyOf(once, once.length * 2);
        System.arraycopy(once, 0, twice, once.length, once.length);
        Heard heard = read(twice);
        assertThat(heard.events.stream().filter("discontinuity"::equals)).hasSize(1);
        assertThat(heard.events.stream().filter(e -> e.startsWith("tracks"))).as("the same tracks").hasSize(1);
        assertThat(heard.samples.get(0)).hasSize(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "0000000867617262|MP4: begins with garb (expected: ftyp and moov)",
            "00000008667479700000000c6d646174|MP4: mdat before moov (expected: moov first, and moof before each mdat)",
            "00000008667479707fffffff6d6f6f76|MP4: moov of 2147483639 bytes (expected: at most 1048576)",
            "0000000866747970000000086d6f6f76|MP4: the MP4 is not fragmented (expected: mvex in moov; ffmpeg: -movflags frag_keyframe+empty_moov)",
            "0000000866747970000000086d6f6f66|MP4: moof before moov (expected: the initialization segment first)",
            "00000003667479700000|MP4: box ftyp of 3 bytes"})
    void shouldSayWhyItCannotBeRead(String hex, String reason) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        assertThat(read(bytes).events).containsExactly("refused " + reason);
    }

    @Test
    void shouldBoundWhatItKeeps() {
        byte[] bytes = file("h264-aac");
        Heard heard = new Heard();
        Fmp4Reader reader = new Fmp4Reader(heard, new Fmp4Limits(1 << 20, 1000, 1 << 20, 20_000));
        reader.feed(Unpooled.wrappedBuffer(bytes));
        reader.end();
        assertThat(heard.samples.get(0)).as("in the order in which they come").hasSize(50);
        assertThat(heard.worstStepBack).isGreaterThan(9000);
        Heard few = new Heard();
        Fmp4Reader strict = new Fmp4Reader(few, new Fmp4Limits(1 << 20, 1 << 20, 1 << 20, 20));
        strict.feed(Unpooled.wrappedBuffer(bytes));
        assertThat(few.events).last().asString().contains("access units (expected: at most 20)");
    }

    @Property(tries = 300)
    void shouldLiveThroughDamage(@ForAll @IntRange(min = 0, max = 3) int which, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = file(FILES.get(which));
        int flips = 1 + random.nextInt(20);
        // Most of the structure is at the start and in small boxes: half of the flips go there.
        for (int i = 0; i < flips; i++) {
            int at = random.nextInt(random.nextBoolean() ? 1500 : bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        read(random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes, random, 5000);
    }

    @Property(tries = 200)
    void shouldLiveThroughAnything(@ForAll byte[] bytes) {
        read(bytes, new Random(1), 16);
    }
}

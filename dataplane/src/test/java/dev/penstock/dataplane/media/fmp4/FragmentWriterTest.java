package dev.penstock.dataplane.media.fmp4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.SampleFixtures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FragmentWriterTest {
    private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true);

    private static OutputTrack track(String file, int index) {
        SampleFixtures.Media media = SampleFixtures.of(file);
        Track track = media.tracks().get(index);
        SampleFixtures.Unit first = media.units().stream().filter(u -> u.track() == track.id()).findFirst()
                .orElseThrow();
        return OutputTrack.of(track, Unpooled.wrappedBuffer(first.data())).orElseThrow();
    }

    private static FragmentSample sample(long duration, int composition, boolean key, byte... data) {
        return new FragmentSample(duration, composition, key, Unpooled.wrappedBuffer(data));
    }

    private static byte[] write(Fragment fragment) {
        ByteBuf out = FragmentWriter.write(fragment, ALLOCATOR);
        assertThat(out.capacity()).as("no more than it needs").isEqualTo(out.readableBytes());
        assertThat(out.isDirect()).isTrue();
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-aac.ts", "h265-ac3.ts", "opus.ts"})
    void shouldWriteHeadersAsEver(String file) {
        SampleFixtures.Media media = SampleFixtures.of(file);
        StringBuilder dump = new StringBuilder();
        for (Track track : media.tracks()) {
            byte[] first = media.units().stream().filter(u -> u.track() == track.id()).findFirst().orElseThrow().data();
            OutputTrack.of(track, Unpooled.wrappedBuffer(first)).ifPresent(t -> {
                dump.append(t.codecs()).append(' ').append(t.width()).append('x').append(t.height()).append(' ')
                        .append(t.sampleRate()).append(' ').append(t.channels()).append(' ').append(t.frameTicks())
                        .append('\n');
                BoxDump.dump(InitWriter.write(t), dump);
            });
        }
        Golden.assertSame(FragmentWriterTest.class, file.replace(".ts", ".init.txt"), dump.toString());
    }

    @Test
    void shouldReadHeadersOfMpegAudio() {
        ByteBuf layer2 = Unpooled.wrappedBuffer(java.util.HexFormat.of().parseHex("fffd4404"));
        OutputTrack track = OutputTrack.of(new Track(0, Codec.MPEG_AUDIO, new byte[0]), layer2).orElseThrow();
        assertThat(track.codecs()).isEqualTo("mp4a.40.33");
        assertThat(track.sampleRate()).isEqualTo(48_000);
        assertThat(track.channels()).isEqualTo(2);
        assertThat(track.frameTicks()).isEqualTo(1152);
        StringBuilder dump = new StringBuilder();
        BoxDump.dump(InitWriter.write(track), dump);
        assertThat(dump.toString()).contains("esds 35 00000000" + "0315000100040d6b15" + "00".repeat(11) + "060102");
    }

    @Test
    void shouldWriteFragmentsAsEver() {
        StringBuilder dump = new StringBuilder();
        BoxDump.dump(write(new Fragment(7, 1L << 33, true, OptionalLong.of(1_795_000_000_250L),
                List.of(sample(3600, 0, true, new byte[5]), sample(3600, 7200, false, new byte[2]),
                        sample(3600, -3600, false, new byte[3])))),
                dump);
        dump.append("durations and keys that differ\n");
        BoxDump.dump(write(new Fragment(8, 0, false, OptionalLong.empty(), List.of(sample(1, 0, false, (byte) 1),
                sample(2, 0, true, (byte) 2), sample(3, 0, false)))), dump);
        dump.append("audio\n");
        BoxDump.dump(write(new Fragment(9, 1024, false, OptionalLong.empty(),
                List.of(sample(1024, 0, true, (byte) 1), sample(1024, 0, true, (byte) 2)))), dump);
        Golden.assertSame(FragmentWriterTest.class, "fragments.txt", dump.toString());
    }

    @Property(tries = 200)
    void shouldBeReadAsItWasWritten(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int fragments) {
        Random random = new Random(seed);
        OutputTrack track = track("h264-aac.ts", 0);
        List<String> expected = new ArrayList<>();
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(InitWriter.write(track));
        long dts = random.nextInt(1 << 30);
        // The reader delays decoding by what is presented before it, as far as it has seen that.
        boolean signed = random.nextBoolean();
        for (int f = 0; f < fragments; f++) {
            List<FragmentSample> samples = new ArrayList<>();
            long at = dts;
            for (int n = 1 + random.nextInt(30); n > 0; n--) {
                byte[] data = nal(random, 1 + random.nextInt(40));
                int duration = random.nextInt(4) == 0 ? 1 + random.nextInt(9000) : 3600;
                int composition = random.nextInt(3) * 3600 - (signed ? 3600 : 0);
                boolean key = samples.isEmpty() || random.nextInt(9) == 0;
                samples.add(sample(duration, composition, key, data));
                expected.add((at + composition) + " " + key + " " + Arrays.hashCode(data));
                at += duration;
            }
            pieces.add(write(new Fragment(f + 1, dts, f % 2 == 0, OptionalLong.empty(), samples)));
            dts = at;
        }
        List<Sample> read = read(pieces);
        long moved = read.getFirst().pts() - Long.parseLong(expected.getFirst().split(" ")[0]);
        assertThat(read.stream().map(s -> (s.pts() - moved) + " " + s.key() + " "
                + Arrays.hashCode(ByteBufUtil.getBytes(s.data())))).isEqualTo(expected);
        read.forEach(s -> s.data().release());
    }

    private static byte[] nal(Random random, int size) {
        byte[] data = new byte[4 + size];
        random.nextBytes(data);
        data[0] = 0;
        data[1] = 0;
        data[2] = 0;
        data[3] = (byte) size;
        return data;
    }

    private static List<Sample> read(List<byte[]> pieces) {
        List<Sample> samples = new ArrayList<>();
        Fmp4Reader reader = new Fmp4Reader(new Fmp4Events() {
            @Override
            public void tracks(List<Track> tracks) {
                assertThat(tracks).extracting(Track::codec).containsExactly(Codec.H264);
            }

            @Override
            public void sample(Sample sample) {
                samples.add(sample);
            }

            @Override
            public void discontinuity() {
                throw new AssertionError("discontinuity");
            }

            @Override
            public void refused(String reason) {
                throw new AssertionError(reason);
            }
        });
        pieces.forEach(p -> reader.feed(Unpooled.wrappedBuffer(p)));
        reader.end();
        assertThat(reader.damaged()).isZero();
        return samples;
    }

    @Test
    void shouldRefuseWhatIsNotWritten() {
        ByteBuf none = Unpooled.EMPTY_BUFFER;
        assertThat(Stream.of(new Track(0, Codec.AV1, new byte[20]), new Track(0, Codec.H264, new byte[0]),
                new Track(0, Codec.H265, new byte[30]), new Track(0, Codec.AAC, new byte[0]),
                new Track(0, Codec.OPUS, new byte[19]), new Track(0, Codec.AC3, new byte[0]),
                new Track(0, Codec.MPEG_AUDIO, new byte[0])).map(t -> OutputTrack.of(t, none)))
                .allMatch(java.util.Optional::isEmpty);
        assertThatThrownBy(() -> new Fragment(1, 0, false, OptionalLong.empty(), List.of()))
                .hasMessageContaining("expected: at least one");
    }

    @Property(tries = 300)
    void shouldLiveThroughAnyConfiguration(@ForAll byte[] config, @ForAll byte[] first) {
        for (Codec codec : Codec.values()) {
            OutputTrack.of(new Track(0, codec, config), Unpooled.wrappedBuffer(first)).ifPresent(InitWriter::write);
        }
    }
}

package dev.penstock.dataplane.media.mp4;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class Mp4ReaderTest {
    private static final Map<String, byte[]> FILES = new HashMap<>();

    /** A file in memory that counts what is read of it. */
    static final class Bytes implements ByteSource {
        final byte[] bytes;
        long read;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public byte[] read(long offset, int length) throws IOException {
            assertThat(offset).isNotNegative();
            assertThat(length).isNotNegative();
            if (offset + length > bytes.length) {
                throw new EOFException();
            }
            read += length;
            return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
        }
    }

    static byte[] file(String name) {
        return FILES.computeIfAbsent(name, key -> {
            try (InputStream in = Mp4ReaderTest.class.getResourceAsStream("/media/" + key)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Mp4Index read(byte[] bytes) throws Fmp4Exception, IOException {
        return Mp4Reader.read(new Bytes(bytes), Mp4Limits.DEFAULTS);
    }

    @Test
    void shouldReadTracksAndEdits() throws Exception {
        Mp4Index index = read(file("progressive-bframes.mp4"));
        assertThat(index.tracks()).hasSize(3);
        Mp4Track video = index.tracks().getFirst();
        assertThat(video.coding().codecs()).startsWith("avc1.64");
        assertThat(video.coding().width()).isEqualTo(128);
        assertThat(video.coding().height()).isEqualTo(72);
        assertThat(video.timescale()).isEqualTo(12_800);
        assertThat(video.samples().count()).isEqualTo(250);
        assertThat(video.samples().keyCount()).isEqualTo(5);
        assertThat(video.samples().key(1)).isEqualTo(50);
        assertThat(video.edit().startTicks()).as("two frames of reordering").isEqualTo(1024);
        assertThat(video.samples().presentTicks(50) + video.shiftTicks()).as("key at 2 s").isEqualTo(25_600);
        Mp4Track audio = index.tracks().getLast();
        assertThat(audio.coding().codecs()).isEqualTo("mp4a.40.2");
        assertThat(audio.coding().sampleRate()).isEqualTo(48_000);
        assertThat(audio.samples().allKeys()).isTrue();
        assertThat(audio.edit().startTicks()).as("priming").isEqualTo(1024);
        assertThat(index.memoryBytes()).isLessThan(30_000);
    }

    @Test
    void shouldReadHevc() throws Exception {
        Mp4Track video = read(file("progressive-hevc.mp4")).tracks().getFirst();
        assertThat(video.coding().codecs()).startsWith("hvc1.1.6.L");
        assertThat(video.samples().count()).isEqualTo(200);
    }

    @Test
    void shouldReadTheMovieBoxOnly() throws Exception {
        Bytes bytes = new Bytes(file("progressive-bframes.mp4"));
        Mp4Reader.read(bytes, Mp4Limits.DEFAULTS);
        assertThat(bytes.read).isLessThan(20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"progressive-bframes.mp4", "progressive-hevc.mp4"})
    void shouldFindEachAccessUnit(String name) throws Exception {
        byte[] bytes = file(name);
        SampleTable samples = read(bytes).tracks().getFirst().samples();
        SampleTable.Cursor cursor = samples.at(0);
        for (int i = 0; i < samples.count(); i++, cursor.next()) {
            ByteBuffer unit = ByteBuffer.wrap(bytes, (int) cursor.offset(), cursor.bytes());
            while (unit.hasRemaining()) {
                int length = unit.getInt();
                assertThat(length).isBetween(1, unit.remaining());
                unit.position(unit.position() + length);
            }
            SampleTable.Cursor direct = samples.at(i);
            assertThat(direct.offset()).isEqualTo(cursor.offset());
            assertThat(direct.decodeTicks()).isEqualTo(cursor.decodeTicks()).isEqualTo(samples.decodeTicks(i));
            assertThat(direct.presentTicks()).isEqualTo(cursor.presentTicks()).isEqualTo(samples.presentTicks(i));
            assertThat(direct.isKey()).isEqualTo(cursor.isKey()).isEqualTo(i % 50 == 0);
            assertThat(samples.firstAt(cursor.decodeTicks())).isEqualTo(i);
        }
    }

    @Test
    void shouldReadAFileWithTheMovieBoxInFront() throws Exception {
        byte[] behind = file("progressive-bframes.mp4");
        int at = 0;
        while (!type(behind, at).equals("moov")) {
            at += ByteBuffer.wrap(behind).getInt(at);
        }
        byte[] front = new byte[behind.length];
        int moov = behind.length - at;
        System.arraycopy(behind, at, front, 0, moov);
        System.arraycopy(behind, 0, front, moov, at);
        // The offsets in it are wrong now, but inside the file.
        assertThat(read(front).tracks()).hasSize(3);
    }

    private static String type(byte[] bytes, int at) {
        return new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldNameOtherContainers() {
        byte[] ts = new byte[188 * 4];
        for (int i = 0; i < ts.length; i += 188) {
            ts[i] = 0x47;
        }
        assertThatThrownBy(() -> read(ts)).hasMessageContaining("MPEG-TS files: not served yet");
        assertThatThrownBy(() -> read(new byte[]{0x1A, 0x45, (byte) 0xDF, (byte) 0xA3, 0, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("Matroska files: not served yet");
        assertThatThrownBy(() -> read(new byte[]{6, 14, 43, 52, 0, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("MXF files: not served yet");
        assertThatThrownBy(() -> read("<html><body>hello</body>".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Fmp4Exception.class);
        assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("no movie box");
        assertThatThrownBy(() -> read(file("h264-aac.frag.mp4")))
                .hasMessageContaining("fragmented MP4 files: not served");
    }

    @Test
    void shouldRefuseAFileThatIsCutShort() {
        byte[] whole = file("progressive-bframes.mp4");
        assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length / 2))).isInstanceOf(Fmp4Exception.class)
                .hasMessageContaining("is it still being written?");
    }

    @Property(tries = 300)
    void shouldEndOrdinarilyWhenBytesAreDamaged(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int flips)
            throws IOException {
        Random random = new Random(seed);
        byte[] whole = file(random.nextBoolean() ? "progressive-bframes.mp4" : "progressive-hevc.mp4");
        byte[] damaged = whole.clone();
        int moov = moov(whole);
        for (int i = 0; i < flips; i++) {
            int at = moov + random.nextInt(whole.length - moov);
            damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : damaged[at] ^ 1 << random.nextInt(8));
        }
        walk(damaged);
    }

    @Property(tries = 100)
    void shouldEndOrdinarilyWhenBytesAreMissing(@ForAll long seed) throws IOException {
        byte[] whole = file("progressive-bframes.mp4");
        walk(Arrays.copyOf(whole, new Random(seed).nextInt(whole.length)));
    }

    private static int moov(byte[] bytes) {
        int at = 0;
        while (!type(bytes, at).equals("moov")) {
            at += ByteBuffer.wrap(bytes).getInt(at);
        }
        return at;
    }

    /** Either it is refused, or all that the index says can be asked and is inside the file. */
    private static void walk(byte[] bytes) throws IOException {
        Mp4Index index;
        try {
            index = read(bytes);
        } catch (Fmp4Exception e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return;
        }
        assertThat(index.memoryBytes()).isLessThan(100_000);
        for (Mp4Track track : index.tracks()) {
            SampleTable samples = track.samples();
            SampleTable.Cursor cursor = samples.at(0);
            for (int i = 0; i < samples.count(); i++, cursor.next()) {
                assertThat(cursor.offset()).isBetween(0L, (long) bytes.length - cursor.bytes());
                assertThat(cursor.decodeTicks()).isEqualTo(samples.decodeTicks(i)).isNotNegative();
                assertThat(cursor.presentTicks()).isEqualTo(samples.presentTicks(i));
            }
        }
    }
}

package dev.penstock.dataplane.media.mp4;

import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.fmp4.Box;
import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.mp4.SampleTable.Chunks;
import dev.penstock.dataplane.media.mp4.SampleTable.Runs;
import dev.penstock.dataplane.media.mp4.SampleTable.Sizes;

/**
 * Reads a sample table box (ISO/IEC 14496-12 8.5 to 8.7). What it allocates is bounded by the bytes of the box: counts are checked
 * against what is left of it before.
 */
final class SampleTableParser {
    private final Box stbl;
    private final int timescale;
    private final long fileBytes;
    private final Mp4Limits limits;

    /**
     * @param stbl payload of the box
     * @param timescale ticks per second of the track
     * @param fileBytes length of the file, beyond which no sample may be
     */
    SampleTableParser(Box stbl, int timescale, long fileBytes, Mp4Limits limits) {
        this.stbl = stbl;
        this.timescale = timescale;
        this.fileBytes = fileBytes;
        this.limits = limits;
    }

    SampleTable parse() throws Fmp4Exception {
        Sizes sizes = sizes();
        if (sizes.count() == 0) {
            throw new Fmp4Exception("no samples in the movie box");
        }
        Runs decoding = decoding(sizes.count());
        Chunks chunks = chunks(sizes);
        return new SampleTable(sizes, chunks, decoding, compositions(sizes.count()), keys(sizes.count()));
    }

    /** stsz and stz2 (8.7.3). */
    private Sizes sizes() throws Fmp4Exception {
        Optional<Box> compact = stbl.find("stz2");
        Box box = compact.isPresent() ? compact.get() : stbl.need("stsz");
        box.skip(4);
        long equal = compact.isPresent() ? 0 : box.u32();
        int bits = compact.isPresent() ? box.skip(3).u8() : 32;
        long count = box.u32();
        if (count > limits.samples()) {
            throw new Fmp4Exception(count + " samples (expected: at most " + limits.samples() + ")");
        }
        if (equal > 0) {
            if (equal > limits.sampleBytes() || equal * count > fileBytes) {
                throw new Fmp4Exception(count + " samples of " + equal + " bytes in a file of " + fileBytes + " bytes");
            }
            return new Sizes((int) count, (int) equal, new int[0]);
        }
        if (bits != 4 && bits != 8 && bits != 16 && bits != 32) {
            throw new Fmp4Exception("stz2: fields of " + bits + " bits (expected: 4, 8 or 16)");
        }
        int[] each = new int[fits(box, count, bits)];
        for (int i = 0; i < each.length; i++) {
            long size = switch (bits) {
                case 4 -> i % 2 == 0 ? box.u8() : each[i - 1] & 0xF;
                case 8 -> box.u8();
                case 16 -> box.u16();
                default -> box.u32();
            };
            if (size > limits.sampleBytes()) {
                throw new Fmp4Exception(
                        "a sample of " + size + " bytes (expected: at most " + limits.sampleBytes() + ")");
            }
            each[i] = (int) size;
        }
        for (int i = 0; bits == 4 && i < each.length; i += 2) {
            each[i] >>= 4;
        }
        return new Sizes(each.length, 0, each);
    }

    /** stts (8.6.1.2). */
    private Runs decoding(int samples) throws Fmp4Exception {
        Box box = stbl.need("stts").skip(4);
        int entries = fits(box, box.u32(), 64);
        int[] first = new int[entries];
        int[] value = new int[entries];
        long[] before = new long[entries];
        long sample = 0;
        long time = 0;
        int used = 0;
        for (int i = 0; i < entries && sample < samples; i++) {
            long count = Math.min(box.u32(), samples - sample);
            int delta = box.s32();
            if (delta < 0) {
                throw new Fmp4Exception("stts: a duration of " + delta + " ticks");
            }
            if (count > 0) {
                first[used] = (int) sample;
                value[used] = delta;
                before[used++] = time;
            }
            sample += count;
            time += count * delta;
            if (time / timescale > limits.seconds()) {
                throw new Fmp4Exception("a track of more than " + limits.seconds() + " seconds");
            }
        }
        if (used == 0) {
            throw new Fmp4Exception("stts without entries");
        }
        // Some writers count one sample too few: the last duration goes on.
        return new Runs(Arrays.copyOf(first, used), Arrays.copyOf(value, used), Arrays.copyOf(before, used));
    }

    /** ctts (8.6.1.3). Writers of version 0 use negative offsets too, so both are signed here. */
    private Runs compositions(int samples) throws Fmp4Exception {
        Optional<Box> found = stbl.find("ctts");
        if (found.isEmpty()) {
            return Runs.NONE;
        }
        Box box = found.get().skip(4);
        int entries = fits(box, box.u32(), 64);
        int[] first = new int[entries + 1];
        int[] value = new int[entries + 1];
        long sample = 0;
        int used = 0;
        for (int i = 0; i < entries && sample < samples; i++) {
            long count = box.u32();
            int offset = box.s32();
            if (count > 0 && (used == 0 || value[used - 1] != offset)) {
                first[used] = (int) sample;
                value[used++] = offset;
            }
            sample += Math.min(count, samples);
        }
        if (used > 0 && sample < samples && value[used - 1] != 0) {
            first[used++] = (int) sample;
        }
        return new Runs(Arrays.copyOf(first, used), Arrays.copyOf(value, used), new long[0]);
    }

    /** stss (8.6.2). Without it, each sample is a key. */
    private int @Nullable [] keys(int samples) throws Fmp4Exception {
        Optional<Box> found = stbl.find("stss");
        if (found.isEmpty()) {
            return null;
        }
        Box box = found.get().skip(4);
        int[] keys = new int[fits(box, box.u32(), 32)];
        int used = 0;
        for (int i = 0; i < keys.length; i++) {
            long key = box.u32() - 1;
            if (key < 0 || (used > 0 && key <= keys[used - 1])) {
                throw new Fmp4Exception("stss: sample " + (key + 1) + " (expected: rising numbers from 1 on)");
            }
            if (key < samples) {
                keys[used++] = (int) key;
            }
        }
        return Arrays.copyOf(keys, used);
    }

    /** stsc, stco and co64 (8.7.4, 8.7.5): the first sample of each chunk, and where it is. */
    private Chunks chunks(Sizes sizes) throws Fmp4Exception {
        long[] offsets = offsets();
        Box box = stbl.need("stsc").skip(4);
        int entries = fits(box, box.u32(), 96);
        int[] first = new int[offsets.length];
        int used = 0;
        long sample = 0;
        long from = entries > 0 ? box.u32() - 1 : 0;
        for (int i = 0; i < entries; i++) {
            long each = box.u32();
            box.skip(4);
            long to = i + 1 < entries ? box.u32() - 1 : offsets.length;
            if (from != used || to < from || each == 0) {
                throw new Fmp4Exception("stsc: " + each + " samples in each chunk from " + (from + 1) + " to " + to
                        + " (expected: at least one, from " + (used + 1) + " on)");
            }
            for (long chunk = from; chunk < Math.min(to, offsets.length) && sample < sizes.count(); chunk++) {
                first[used++] = (int) sample;
                sample += each;
            }
            if (sample >= sizes.count()) {
                break;
            }
            from = to;
        }
        if (sample < sizes.count()) {
            throw new Fmp4Exception("chunks hold " + sample + " samples of " + sizes.count());
        }
        Chunks chunks = new Chunks(Arrays.copyOf(offsets, used), Arrays.copyOf(first, used));
        checkInside(sizes, chunks);
        return chunks;
    }

    private long[] offsets() throws Fmp4Exception {
        Optional<Box> wide = stbl.find("co64");
        Box box = (wide.isPresent() ? wide.get() : stbl.need("stco")).skip(4);
        long[] offsets = new long[fits(box, box.u32(), wide.isPresent() ? 64 : 32)];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = wide.isPresent() ? box.u64() : box.u32();
        }
        return offsets;
    }

    private void checkInside(Sizes sizes, Chunks chunks) throws Fmp4Exception {
        for (int chunk = 0; chunk < chunks.first().length; chunk++) {
            int end = chunk + 1 < chunks.first().length ? chunks.first()[chunk + 1] : sizes.count();
            long bytes = 0;
            if (sizes.equal() > 0) {
                bytes = (long) (end - chunks.first()[chunk]) * sizes.equal();
            } else {
                for (int i = chunks.first()[chunk]; i < end; i++) {
                    bytes += sizes.of(i);
                }
            }
            long offset = chunks.offsets()[chunk];
            if (offset < 0 || offset > fileBytes || bytes > fileBytes - offset) {
                throw new Fmp4Exception("samples at " + offset + " to " + (offset + bytes) + ", but the file has "
                        + fileBytes + " bytes (expected: a whole file; is it still being written?)");
            }
        }
    }

    /** A count, when so many entries are there. */
    private static int fits(Box box, long count, int bits) throws Fmp4Exception {
        if (count > box.left() * 8L / bits) {
            throw new Fmp4Exception("box " + box.type() + ": " + count + " entries in " + box.left() + " bytes");
        }
        return (int) count;
    }
}

package dev.penstock.dataplane.media.mp4;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Where and when the access units of a track are, in decoding order, from 0: the tables of its sample table box, with runs kept as runs.
 * Immutable; the arrays are not changed by anybody. Times are composition and decoding times of the media, before any edit list.
 */
public final class SampleTable {
    private static final int[] ALL_KEYS = {};

    private final int count;
    private final int equalSize;
    private final int[] sizes;
    private final long[] chunkOffsets;
    private final int[] chunkFirst;
    private final Runs decoding;
    private final Runs compositions;
    private final int[] keys;
    private final boolean allKeys;

    /**
     * Values that hold for several samples in a row.
     *
     * @param first first sample of each run, rising, the first is 0; empty where there are none
     * @param value what holds in the run
     * @param before of decoding times: the time of the run's first sample; else empty
     */
    record Runs(int[] first, int[] value, long[] before) {
        static final Runs NONE = new Runs(new int[0], new int[0], new long[0]);

        int at(int sample) {
            int found = Arrays.binarySearch(first, sample);
            return found >= 0 ? found : -found - 2;
        }

        long memoryBytes() {
            return 4L * first.length + 4L * value.length + 8L * before.length;
        }
    }

    /**
     * Sizes of samples.
     *
     * @param count how many there are
     * @param equal size of each; 0 where they differ
     * @param each their sizes; empty where they are equal
     */
    record Sizes(int count, int equal, int[] each) {
        int of(int sample) {
            return equal > 0 ? equal : each[sample];
        }
    }

    /**
     * Where chunks are.
     *
     * @param offsets first byte of each
     * @param first its first sample, rising
     */
    record Chunks(long[] offsets, int[] first) {}

    /** @param keys samples at which decoding can start, rising; null for all */
    SampleTable(Sizes sizes, Chunks chunks, Runs decoding, Runs compositions, int @Nullable [] keys) {
        count = sizes.count();
        equalSize = sizes.equal();
        this.sizes = sizes.each();
        chunkOffsets = chunks.offsets();
        chunkFirst = chunks.first();
        this.decoding = decoding;
        this.compositions = compositions;
        allKeys = keys == null;
        this.keys = keys == null ? ALL_KEYS : keys;
    }

    /** How many access units there are. */
    public int count() {
        return count;
    }

    /** About how much memory it takes. */
    public long memoryBytes() {
        return 4L * sizes.length + 12L * chunkFirst.length + 4L * keys.length + decoding.memoryBytes()
                + compositions.memoryBytes();
    }

    /** Whether decoding can start at each of them. */
    public boolean allKeys() {
        return allKeys;
    }

    /** How many of them are keys. */
    public int keyCount() {
        return allKeys ? count : keys.length;
    }

    /** A key, counted from 0. */
    public int key(int number) {
        return allKeys ? number : keys[number];
    }

    /** Decoding time. */
    public long decodeTicks(int sample) {
        int run = decoding.at(sample);
        return decoding.before()[run] + (long) (sample - decoding.first()[run]) * decoding.value()[run];
    }

    /** Composition time: when it is shown. */
    public long presentTicks(int sample) {
        return decodeTicks(sample) + composition(compositions.at(sample));
    }

    private int composition(int run) {
        return run < 0 ? 0 : compositions.value()[run];
    }

    /** The first sample that is decoded at a time or later; {@link #count} when there is none. */
    public int firstAt(long decodeTicks) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (decodeTicks(middle) < decodeTicks) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A cursor at a sample. */
    public Cursor at(int sample) {
        return new Cursor(sample);
    }

    /** Goes through samples in decoding order. One thread. */
    public final class Cursor {
        private int sample;
        private int chunk;
        private long offset;
        private int decodingRun;
        private int compositionRun;
        private int key;

        private Cursor(int sample) {
            this.sample = sample;
            int found = Arrays.binarySearch(chunkFirst, sample);
            chunk = found >= 0 ? found : -found - 2;
            offset = chunkOffsets[chunk];
            if (equalSize > 0) {
                offset += (long) (sample - chunkFirst[chunk]) * equalSize;
            } else {
                for (int i = chunkFirst[chunk]; i < sample; i++) {
                    offset += sizes[i];
                }
            }
            decodingRun = decoding.at(sample);
            compositionRun = compositions.at(sample);
            int next = Arrays.binarySearch(keys, sample);
            key = next >= 0 ? next : -next - 1;
        }

        /** The sample it is at. */
        public int sample() {
            return sample;
        }

        /** Its first byte in the file. */
        public long offset() {
            return offset;
        }

        /** Its length. */
        public int bytes() {
            return size(sample);
        }

        /** Its decoding time. */
        public long decodeTicks() {
            return decoding.before()[decodingRun]
                    + (long) (sample - decoding.first()[decodingRun]) * decoding.value()[decodingRun];
        }

        /** Until the next one's decoding. */
        public int durationTicks() {
            return decoding.value()[decodingRun];
        }

        /** From its decoding to its composition. */
        public int compositionTicks() {
            return composition(compositionRun);
        }

        /** Its composition time. */
        public long presentTicks() {
            return decodeTicks() + compositionTicks();
        }

        /** Whether decoding can start here. */
        public boolean isKey() {
            return allKeys || (key < keys.length && keys[key] == sample);
        }

        /** Goes to the next one; past the last one nothing may be asked. */
        public void next() {
            offset += size(sample);
            if (!allKeys && key < keys.length && keys[key] == sample) {
                key++;
            }
            sample++;
            if (sample >= count) {
                return;
            }
            if (chunk + 1 < chunkFirst.length && chunkFirst[chunk + 1] == sample) {
                chunk++;
                offset = chunkOffsets[chunk];
            }
            decodingRun = next(decoding, decodingRun);
            compositionRun = next(compositions, compositionRun);
        }

        private int next(Runs runs, int run) {
            return run + 1 < runs.first().length && runs.first()[run + 1] == sample ? run + 1 : run;
        }

        private int size(int of) {
            return equalSize > 0 ? equalSize : sizes[of];
        }
    }
}

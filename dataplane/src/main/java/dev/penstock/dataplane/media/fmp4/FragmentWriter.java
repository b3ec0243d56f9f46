package dev.penstock.dataplane.media.fmp4;

import java.util.List;
import java.util.OptionalLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import static dev.penstock.dataplane.media.fmp4.BoxWriter.box;
import static dev.penstock.dataplane.media.fmp4.BoxWriter.fullBox;
import static dev.penstock.dataplane.media.fmp4.BoxWriter.type;

/**
 * Writes fragments of a track whose header is made by {@link InitWriter}: styp and prft when wanted, moof and mdat
 * (ISO/IEC 14496-12 8.8, 8.16; 23000-19 7.5). Pure.
 */
public final class FragmentWriter {
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;
    /** sample_depends_on: no other (ISO/IEC 14496-12 8.8.3.1). */
    private static final int KEY = 0x0200_0000;
    /** Depends on others, sample_is_non_sync_sample. */
    private static final int NO_KEY = 0x0101_0000;
    private static final int DEFAULT_BASE_IS_MOOF = 0x02_0000;
    private static final int DEFAULT_DURATION = 8;
    private static final int DEFAULT_FLAGS = 0x20;
    private static final int DATA_OFFSET = 1;
    private static final int FIRST_FLAGS = 4;
    private static final int DURATIONS = 0x100;
    private static final int SIZES = 0x200;
    private static final int FLAGS = 0x400;
    private static final int COMPOSITIONS = 0x800;
    private static final int STYP_BYTES = 28;
    private static final int PRFT_BYTES = 32;
    private static final int BOX = 8;
    private static final int FULL_BOX = 12;

    private final long number;
    private final long decodeTicks;
    private final List<SampleHead> samples;
    private final int tfhd;
    private final int trun;
    private final int moofBytes;

    private FragmentWriter(long number, long decodeTicks, List<SampleHead> samples) {
        this.number = number;
        this.decodeTicks = decodeTicks;
        this.samples = samples;
        SampleHead first = samples.getFirst();
        boolean rest = samples.size() > 1 ? samples.get(1).key() : first.key();
        boolean duration = samples.stream().allMatch(s -> s.durationTicks() == first.durationTicks());
        boolean flags = samples.stream().skip(1).allMatch(s -> s.key() == rest);
        boolean composed = samples.stream().anyMatch(s -> s.compositionTicks() != 0);
        tfhd = DEFAULT_BASE_IS_MOOF | (duration ? DEFAULT_DURATION : 0) | (flags ? DEFAULT_FLAGS : 0);
        trun = DATA_OFFSET | SIZES | (duration ? 0 : DURATIONS) | (composed ? COMPOSITIONS : 0)
                | (!flags ? FLAGS : first.key() == rest ? 0 : FIRST_FLAGS);
        int each = 4 * Integer.bitCount(trun & (DURATIONS | SIZES | FLAGS | COMPOSITIONS));
        moofBytes = BOX + FULL_BOX + 4 + BOX + FULL_BOX + 4 + 4 * Integer.bitCount(tfhd & 0xFFFF) + FULL_BOX + 8
                + FULL_BOX + 8 + 4 * Integer.bitCount(trun & FIRST_FLAGS) + each * samples.size();
    }

    /**
     * The bytes of a fragment. Samples are copied, and stay the caller's.
     *
     * @return a direct buffer of just that size, which the caller releases
     */
    public static ByteBuf write(Fragment fragment, ByteBufAllocator allocator) {
        FragmentWriter writer = new FragmentWriter(fragment.number(), fragment.decodeTicks(),
                fragment.samples().stream().map(SampleHead::of).toList());
        long media = writer.mediaBytes();
        int size = Math.toIntExact(media + writer.headBytes(fragment.segmentStart(), fragment.producerMs()));
        ByteBuf out = allocator.directBuffer(size, size);
        writer.head(out, fragment.segmentStart(), fragment.producerMs(), media);
        for (FragmentSample sample : fragment.samples()) {
            out.writeBytes(sample.data(), sample.data().readerIndex(), sample.data().readableBytes());
        }
        return out;
    }

    /**
     * What stands before the bytes of the samples of a fragment with which a segment begins: styp, moof, and size and type of mdat. The
     * samples follow, in their order.
     *
     * @param number sequence_number, rising in the track
     * @param decodeTicks decoding time of the first sample, not negative
     * @param samples at least one; together less than 2 GiB
     * @return a direct buffer of just that size, which the caller releases
     */
    public static ByteBuf head(long number, long decodeTicks, List<SampleHead> samples, ByteBufAllocator allocator) {
        FragmentWriter writer = new FragmentWriter(number, decodeTicks, samples);
        long media = writer.mediaBytes();
        if (decodeTicks < 0 || media > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    media + " bytes at " + decodeTicks + " (expected: less than 2 GiB, at 0 or later)");
        }
        int size = writer.headBytes(true, OptionalLong.empty());
        ByteBuf out = allocator.directBuffer(size, size);
        writer.head(out, true, OptionalLong.empty(), media);
        return out;
    }

    /** Size of mdat's payload. */
    private long mediaBytes() {
        long bytes = 0;
        for (SampleHead sample : samples) {
            bytes += sample.bytes();
        }
        return bytes;
    }

    private int headBytes(boolean segmentStart, OptionalLong producerMs) {
        return BOX + moofBytes + (segmentStart ? STYP_BYTES : 0) + (producerMs.isPresent() ? PRFT_BYTES : 0);
    }

    private void head(ByteBuf out, boolean segmentStart, OptionalLong producerMs, long media) {
        if (segmentStart) {
            box(out, "styp", () -> {
                type(out, "msdh");
                out.writeInt(0);
                List.of("iso6", "msdh", "cmfs").forEach(brand -> type(out, brand));
            });
        }
        producerMs.ifPresent(ms -> prft(out, ms));
        box(out, "moof", () -> {
            fullBox(out, "mfhd", 0, 0, () -> out.writeInt((int) number));
            box(out, "traf", () -> traf(out));
        });
        out.writeInt((int) (BOX + media));
        type(out, "mdat");
    }

    /** 8.16.5: of the first sample. Its flags, 0, say that this is when it came into the encoder; nearer to that is not known here. */
    private void prft(ByteBuf out, long ms) {
        fullBox(out, "prft", 1, 0, () -> {
            out.writeInt(InitWriter.TRACK_ID);
            out.writeInt((int) (Math.floorDiv(ms, 1000L) + NTP_EPOCH_SECONDS));
            out.writeInt((int) ((Math.floorMod(ms, 1000L) << 32) / 1000));
            out.writeLong(decodeTicks);
        });
    }

    private void traf(ByteBuf out) {
        SampleHead first = samples.getFirst();
        fullBox(out, "tfhd", 0, tfhd, () -> {
            out.writeInt(InitWriter.TRACK_ID);
            if ((tfhd & DEFAULT_DURATION) != 0) {
                out.writeInt((int) first.durationTicks());
            }
            if ((tfhd & DEFAULT_FLAGS) != 0) {
                out.writeInt(flags(samples.getLast()));
            }
        });
        fullBox(out, "tfdt", 1, 0, () -> out.writeLong(decodeTicks));
        fullBox(out, "trun", 1, trun, () -> {
            out.writeInt(samples.size()).writeInt(moofBytes + BOX);
            if ((trun & FIRST_FLAGS) != 0) {
                out.writeInt(flags(first));
            }
            samples.forEach(sample -> sample(out, sample));
        });
    }

    private void sample(ByteBuf out, SampleHead sample) {
        if ((trun & DURATIONS) != 0) {
            out.writeInt((int) sample.durationTicks());
        }
        out.writeInt(sample.bytes());
        if ((trun & FLAGS) != 0) {
            out.writeInt(flags(sample));
        }
        if ((trun & COMPOSITIONS) != 0) {
            out.writeInt(sample.compositionTicks());
        }
    }

    private static int flags(SampleHead sample) {
        return sample.key() ? KEY : NO_KEY;
    }
}

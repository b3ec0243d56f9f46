package dev.penstock.dataplane.media.fmp4;

import java.util.List;

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

    private final Fragment fragment;
    private final List<FragmentSample> samples;
    private final int tfhd;
    private final int trun;
    private final int moofBytes;

    private FragmentWriter(Fragment fragment) {
        this.fragment = fragment;
        this.samples = fragment.samples();
        FragmentSample first = samples.getFirst();
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
        return new FragmentWriter(fragment).write(allocator);
    }

    private ByteBuf write(ByteBufAllocator allocator) {
        long media = BOX;
        for (FragmentSample sample : samples) {
            media += sample.data().readableBytes();
        }
        long bytes = media + moofBytes + (fragment.segmentStart() ? STYP_BYTES : 0)
                + (fragment.producerMs().isPresent() ? PRFT_BYTES : 0);
        int size = Math.toIntExact(bytes);
        ByteBuf out = allocator.directBuffer(size, size);
        if (fragment.segmentStart()) {
            box(out, "styp", () -> {
                type(out, "msdh");
                out.writeInt(0);
                List.of("iso6", "msdh", "cmfs").forEach(brand -> type(out, brand));
            });
        }
        fragment.producerMs().ifPresent(ms -> prft(out, ms));
        box(out, "moof", () -> {
            fullBox(out, "mfhd", 0, 0, () -> out.writeInt((int) fragment.number()));
            box(out, "traf", () -> traf(out));
        });
        out.writeInt((int) media);
        type(out, "mdat");
        for (FragmentSample sample : samples) {
            out.writeBytes(sample.data(), sample.data().readerIndex(), sample.data().readableBytes());
        }
        return out;
    }

    /** 8.16.5: of the first sample. Its flags, 0, say that this is when it came into the encoder; nearer to that is not known here. */
    private void prft(ByteBuf out, long ms) {
        fullBox(out, "prft", 1, 0, () -> {
            out.writeInt(InitWriter.TRACK_ID);
            out.writeInt((int) (Math.floorDiv(ms, 1000L) + NTP_EPOCH_SECONDS));
            out.writeInt((int) ((Math.floorMod(ms, 1000L) << 32) / 1000));
            out.writeLong(fragment.decodeTicks());
        });
    }

    private void traf(ByteBuf out) {
        FragmentSample first = samples.getFirst();
        fullBox(out, "tfhd", 0, tfhd, () -> {
            out.writeInt(InitWriter.TRACK_ID);
            if ((tfhd & DEFAULT_DURATION) != 0) {
                out.writeInt((int) first.durationTicks());
            }
            if ((tfhd & DEFAULT_FLAGS) != 0) {
                out.writeInt(flags(samples.getLast()));
            }
        });
        fullBox(out, "tfdt", 1, 0, () -> out.writeLong(fragment.decodeTicks()));
        fullBox(out, "trun", 1, trun, () -> {
            out.writeInt(samples.size()).writeInt(moofBytes + BOX);
            if ((trun & FIRST_FLAGS) != 0) {
                out.writeInt(flags(first));
            }
            samples.forEach(sample -> sample(out, sample));
        });
    }

    private void sample(ByteBuf out, FragmentSample sample) {
        if ((trun & DURATIONS) != 0) {
            out.writeInt((int) sample.durationTicks());
        }
        out.writeInt(sample.data().readableBytes());
        if ((trun & FLAGS) != 0) {
            out.writeInt(flags(sample));
        }
        if ((trun & COMPOSITIONS) != 0) {
            out.writeInt(sample.compositionTicks());
        }
    }

    private static int flags(FragmentSample sample) {
        return sample.key() ? KEY : NO_KEY;
    }
}

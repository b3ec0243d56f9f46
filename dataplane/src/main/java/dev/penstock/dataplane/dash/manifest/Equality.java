package dev.penstock.dataplane.dash.manifest;

import java.util.List;
import java.util.Locale;

import dev.penstock.dataplane.segment.CmafSegment;

/**
 * Whether segments are equal within a frame, so that {@code @duration} can stand for all of them (ISO/IEC 23009-1 7.2.1 allows half a
 * duration between what is said and what is; low latency needs more).
 */
final class Equality {
    /** Equal segments in a row after which others are expected to be equal too. */
    static final int ENOUGH = 3;
    /** The same after one was not. */
    static final int ENOUGH_AGAIN = 30;

    private static final int USUAL_FRAME = Ticks.HZ / 25;
    /** Samples in an access unit of HE-AAC, the longest. */
    private static final int AUDIO_FRAME = 2048;
    private static final int ROUNDING = 2;
    private static final int MS = 90;

    private Equality() {}

    /** Whether each segment lasts so long, within a frame of its own. */
    static boolean lasts(Slice slice, long segment90) {
        return slice.segments().values().stream()
                .allMatch(s -> Math.abs(duration90(s) - segment90) <= frame90(s) + ROUNDING);
    }

    /** Whether each segment is where its number says, within a quarter of a duration: the sum of small differences. */
    static boolean isInPlace(Slice slice, Period period) {
        long said = period.start90() + (slice.sequence() - period.firstSequence()) * period.segment90();
        return slice.segments().values().stream().allMatch(
                s -> Math.abs(Ticks.to90(s.startTicks(), s.timescale()) - said) <= period.segment90() / 4);
    }

    /**
     * The duration that all these segments have within a frame, 90 kHz; 0 when they have none in common. It is the target where that
     * is what they aim at.
     */
    static long common(List<Slice> slices, long target90) {
        CmafSegment first = slices.getFirst().lead();
        CmafSegment last = slices.getLast().lead();
        long total = Ticks.to90(last.startTicks() + last.durationTicks() - first.startTicks(), last.timescale());
        long mean = Math.floorDiv(total + slices.size() / 2, slices.size());
        long near = first.info().height() > 0 ? MS : frame90(first);
        long common = Math.abs(mean - target90) <= near ? target90 : mean;
        return common > 0 && slices.stream().allMatch(slice -> lasts(slice, common)) ? common : 0;
    }

    /** Whether a single segment is exactly as long as segments should be. */
    static boolean isTarget(Slice slice, long target90) {
        return common(List.of(slice), target90) == target90;
    }

    /** Why low latency is not offered, for people. */
    static String unequal(List<Slice> slices) {
        double shortest = slices.stream().mapToDouble(s -> s.lead().seconds()).min().orElse(0);
        double longest = slices.stream().mapToDouble(s -> s.lead().seconds()).max().orElse(0);
        double frame = frame90(slices.getFirst().lead()) / (double) Ticks.HZ;
        return String.format(Locale.ROOT,
                "segments last %.3fs to %.3fs (expected: equal within a frame of %.3fs, that is key frames at a fixed interval of which "
                        + "spec.segment.target is a multiple)",
                shortest, longest, frame);
    }

    private static long duration90(CmafSegment segment) {
        return Ticks.to90(segment.durationTicks(), segment.timescale());
    }

    private static long frame90(CmafSegment segment) {
        if (segment.info().sampleRate() > 0) {
            return Math.ceilDiv((long) AUDIO_FRAME * Ticks.HZ, segment.info().sampleRate());
        }
        double rate = segment.info().frameRate();
        return rate > 0 ? (long) Math.ceil(Ticks.HZ / rate) : USUAL_FRAME;
    }
}

package dev.penstock.dataplane.media.fmp4;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Reads a movie fragment box: which bytes are which access unit. One thread. */
final class FragmentParser {
    private static final int NON_SYNC = 0x0001_0000;
    /** Frames by which encoders reorder, most often at most. */
    private static final int REORDERED = 3;
    private static final long MOST_SECONDS = 1L << 40;

    private final Fmp4Limits limits;

    /**
     * An access unit that is to come.
     *
     * @param track position of its track
     * @param offset its first byte, from the start of all bytes
     * @param size bytes
     * @param dts ticks of the track
     * @param compositionTicks from decoding to presentation
     * @param reorderTicks how much later than decoding presentation may be when composition is signed; a guess
     * @param sync whether it is a sync sample
     */
    record Coming(int track, long offset, int size, long dts, long compositionTicks, long reorderTicks, boolean sync) {}

    FragmentParser(Fmp4Limits limits) {
        this.limits = limits;
    }

    /**
     * @param moof payload of the box
     * @param start where the box begins
     * @param end where it ends
     * @param byId tracks that are served, by track_ID, each with its position
     * @param next decoding time of each track's next access unit, by position; moved on
     * @return access units in the order of their bytes
     */
    List<Coming> parse(Box moof, long start, long end, Map<Long, Integer> byId, List<MovieTrack> tracks, long[] next)
            throws Fmp4Exception {
        List<Coming> all = new ArrayList<>();
        long[] dataEnd = {start};
        int seen = 0;
        for (Optional<Box> box = moof.next(); box.isPresent(); box = moof.next()) {
            if (box.get().type().equals("traf")) {
                traf(box.get(), start, dataEnd, byId, tracks, next, all);
                seen++;
            }
        }
        if (seen == 0) {
            return List.of();
        }
        all.sort(Comparator.comparingLong(Coming::offset));
        if (!all.isEmpty() && all.getFirst().offset() < end) {
            throw new Fmp4Exception("moof whose access units lie before its end");
        }
        return all;
    }

    private void traf(Box traf, long start, long[] dataEnd, Map<Long, Integer> byId, List<MovieTrack> tracks,
            long[] next, List<Coming> all) throws Fmp4Exception {
        Box tfhd = traf.need("tfhd");
        int flags = tfhd.s32() & 0xFF_FFFF;
        Integer position = byId.get(tfhd.u32());
        MovieTrack.Defaults known = position == null ? MovieTrack.Defaults.NONE : tracks.get(position).defaults();
        long base = (flags & 1) != 0 ? tfhd.u64() : (flags & 0x02_0000) != 0 ? start : dataEnd[0];
        tfhd.skip((flags & 2) != 0 ? 4 : 0);
        MovieTrack.Defaults defaults = new MovieTrack.Defaults((flags & 8) != 0 ? tfhd.u32() : known.duration(),
                (flags & 0x10) != 0 ? tfhd.u32() : known.size(), (flags & 0x20) != 0 ? tfhd.s32() : known.flags());
        Optional<Box> tfdt = traf.find("tfdt");
        if (tfdt.isPresent() && position != null) {
            Box time = tfdt.get();
            next[position] = time.u8() == 1 ? time.skip(3).u64() : time.skip(3).u32();
            if (next[position] < 0 || next[position] / tracks.get(position).timescale() > MOST_SECONDS) {
                throw new Fmp4Exception("tfdt beyond " + MOST_SECONDS + " seconds");
            }
        }
        long at = base;
        for (Optional<Box> box = traf.next(); box.isPresent(); box = traf.next()) {
            if (box.get().type().equals("trun")) {
                at = trun(box.get(), base, at, defaults, position, next, all);
            }
        }
        dataEnd[0] = at;
    }

    /** Returns where the run's data end. */
    private long trun(Box trun, long base, long from, MovieTrack.Defaults defaults, @Nullable Integer position,
            long[] next,
            List<Coming> all) throws Fmp4Exception {
        int version = trun.u8();
        int flags = trun.u8() << 16 | trun.u16();
        long count = trun.u32();
        if (count > limits.samples() - all.size()) {
            throw new Fmp4Exception("moof of " + (all.size() + count) + " access units (expected: at most "
                    + limits.samples() + ")");
        }
        long at = (flags & 1) != 0 ? base + trun.s32() : from;
        int first = (flags & 4) != 0 ? trun.s32() : defaults.flags();
        for (int i = 0; i < count; i++) {
            long duration = (flags & 0x100) != 0 ? trun.u32() : defaults.duration();
            long size = (flags & 0x200) != 0 ? trun.u32() : defaults.size();
            int own = (flags & 0x400) != 0 ? trun.s32() : i == 0 ? first : defaults.flags();
            long composition = (flags & 0x800) == 0 ? 0 : version == 0 ? trun.u32() : trun.s32();
            if (size > limits.sampleBytes()) {
                throw new Fmp4Exception("access unit of " + size + " bytes (expected: at most " + limits.sampleBytes()
                        + ")");
            }
            if (position != null) {
                if (size > 0) {
                    all.add(new Coming(position, at, (int) size, next[position], composition,
                            version == 0 ? 0 : REORDERED * duration, (own & NON_SYNC) == 0));
                }
                next[position] += duration;
            }
            at += size;
        }
        return at;
    }
}

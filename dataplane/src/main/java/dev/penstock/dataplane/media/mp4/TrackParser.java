package dev.penstock.dataplane.media.mp4;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.fmp4.Box;
import dev.penstock.dataplane.media.fmp4.Fmp4Exception;

/** Reads a track box (ISO/IEC 14496-12 8.3). */
final class TrackParser {
    private static final int MATRIX_BYTES = 36;
    private static final int RATE_ONE = 0x0001_0000;

    private final long movieTimescale;
    private final long fileBytes;
    private final Mp4Limits limits;

    /** @param movieTimescale ticks per second of durations in edit lists */
    TrackParser(long movieTimescale, long fileBytes, Mp4Limits limits) {
        this.movieTimescale = movieTimescale;
        this.fileBytes = fileBytes;
        this.limits = limits;
    }

    /**
     * A track, or the name of what it is when that is not served.
     *
     * @param track null when it is not served
     * @param entry type of its sample entry, or its handler where it has none
     */
    record Found(@Nullable Mp4Track track, String entry) {}

    /** @throws Fmp4Exception when it is video or sound, and damaged */
    Found parse(Box trak) throws Fmp4Exception {
        Box mdia = trak.need("mdia");
        String handler = Box.name(mdia.need("hdlr").skip(8).s32());
        if (!handler.equals("vide") && !handler.equals("soun")) {
            return new Found(null, handler);
        }
        Box stbl = mdia.need("minf").need("stbl");
        Optional<Box> entry = stbl.need("stsd").skip(8).next();
        if (entry.isEmpty()) {
            throw new Fmp4Exception("a track without a sample entry");
        }
        Optional<TrackCoding> coding = SampleEntryParser.parse(entry.get());
        if (coding.isEmpty()) {
            return new Found(null, entry.get().type());
        }
        Box mdhd = mdia.need("mdhd");
        boolean wide = mdhd.u8() == 1;
        long timescale = mdhd.skip(wide ? 3 + 16 : 3 + 8).u32();
        int language = mdhd.skip(wide ? 8 : 4).u16();
        if (timescale == 0 || timescale > Integer.MAX_VALUE) {
            throw new Fmp4Exception("mdhd: timescale " + timescale + " (expected: 1 to " + Integer.MAX_VALUE + ")");
        }
        byte[] matrix = matrix(trak.need("tkhd"));
        Mp4Track.Edit edit = edit(trak, timescale);
        SampleTable samples = new SampleTableParser(stbl, (int) timescale, fileBytes, limits).parse();
        return new Found(new Mp4Track(coding.get(), (int) timescale, language, matrix, edit, samples),
                entry.get().type());
    }

    private static byte[] matrix(Box tkhd) throws Fmp4Exception {
        boolean wide = tkhd.u8() == 1;
        tkhd.skip(3 + (wide ? 32 : 20) + 16);
        byte[] matrix = new byte[MATRIX_BYTES];
        for (int i = 0; i < MATRIX_BYTES; i++) {
            matrix[i] = (byte) tkhd.u8();
        }
        return matrix;
    }

    /** 8.6.6: something empty, then one part of the media at its own speed. */
    private Mp4Track.Edit edit(Box trak, long timescale) throws Fmp4Exception {
        Optional<Box> edts = trak.find("edts");
        Optional<Box> elst = edts.isEmpty() ? Optional.empty() : edts.get().find("elst");
        if (elst.isEmpty()) {
            return Mp4Track.Edit.NONE;
        }
        Box list = elst.get();
        boolean wide = list.u8() == 1;
        long count = list.skip(3).u32();
        Mp4Track.Edit edit = null;
        long delay = 0;
        for (long i = 0; i < count && list.left() > 0; i++) {
            long duration = wide ? list.u64() : list.u32();
            long time = wide ? list.u64() : list.s32();
            int rate = list.s32();
            if (duration < 0 || duration / movieTimescale > limits.seconds()) {
                throw new Fmp4Exception("elst: an edit of " + duration + " ticks");
            }
            if (edit == null && time == -1) {
                delay += duration;
            } else if (edit == null && time >= 0 && rate == RATE_ONE && time / timescale <= limits.seconds()) {
                long end = duration == 0 ? Long.MAX_VALUE : time + scaled(duration, timescale);
                edit = new Mp4Track.Edit(scaled(delay, timescale), time, end);
            } else if (duration > 0) {
                throw new Fmp4Exception("elst: " + count
                        + " edits: not served yet (expected: nothing, then one part of the media at its own speed)");
            }
            if (delay / movieTimescale > limits.seconds()) {
                throw new Fmp4Exception("elst: begins after " + delay + " ticks");
            }
        }
        return edit == null ? Mp4Track.Edit.NONE : edit;
    }

    /** Ticks of the movie in those of the track, rounded up. */
    private long scaled(long movieTicks, long timescale) {
        return movieTicks / movieTimescale * timescale
                + Math.ceilDiv(movieTicks % movieTimescale * timescale, movieTimescale);
    }
}

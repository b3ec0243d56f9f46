package dev.penstock.dataplane.media.fmp4;

import java.util.Arrays;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.NalUnits;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;

/** Makes samples of one track's access units: times in 90 kHz that never go back, lengths of 4 bytes. One thread. */
final class TrackReader {
    private static final long HZ = 90_000;
    /** All tracks start here, so that edits and reordering leave no time below zero. */
    private static final long ORIGIN = 10 * HZ;

    private final MovieTrack movie;
    private final int number;
    private Track track;
    private final long editTicks;
    private long delayTicks;
    private long last = Long.MIN_VALUE;
    private long damaged;

    TrackReader(MovieTrack movie, int number) {
        this.movie = movie;
        this.number = number;
        this.track = new Track(number, movie.codec(), movie.config());
        this.editTicks = movie.editTicks() / movie.timescale() < ORIGIN / HZ / 2 ? movie.editTicks() : 0;
    }

    boolean isOf(MovieTrack other) {
        return movie.id() == other.id() && movie.timescale() == other.timescale() && movie.codec() == other.codec()
                && Arrays.equals(movie.config(), other.config()) && movie.lengthSize() == other.lengthSize()
                && movie.editTicks() == other.editTicks() && movie.defaults().equals(other.defaults());
    }

    Track track() {
        return track;
    }

    long damaged() {
        return damaged;
    }

    /** Whether its configuration is there, or it needs none. */
    boolean isKnown() {
        return !needsSets() || track.config().length > 0;
    }

    private boolean needsSets() {
        return movie.codec() == Codec.H264 || movie.codec() == Codec.H265;
    }

    /**
     * A composition offset below zero (trun of version 1) means that decoding is that much earlier. By how much is not known when
     * fragments are single frames, so some is assumed at the start.
     */
    void delays(FragmentParser.Coming c) {
        long assumed = last == Long.MIN_VALUE && movie.codec().isVideo() ? c.reorderTicks() : 0;
        long delay = Math.max(-c.compositionTicks(), assumed);
        if (delay > delayTicks && delay / movie.timescale() < ORIGIN / HZ / 2) {
            delayTicks = delay;
        }
    }

    boolean goesBack(FragmentParser.Coming first, long byMoreThan) {
        return last != Long.MIN_VALUE && dts(first) < last - byMoreThan;
    }

    /** Times begin anew. */
    void restart() {
        last = Long.MIN_VALUE;
    }

    private long dts(FragmentParser.Coming c) {
        return ticks(c.dts() - editTicks - delayTicks);
    }

    private long ticks(long value) {
        long scale = movie.timescale();
        return ORIGIN + Math.floorDiv(value, scale) * HZ + Math.floorMod(value, scale) * HZ / scale;
    }

    /**
     * A sample of an access unit.
     *
     * @param data ownership passes to this call
     * @return empty when it is damaged
     */
    Optional<Sample> read(FragmentParser.Coming c, ByteBuf data) {
        Optional<ByteBuf> units = needsSets() ? units(data) : Optional.of(data);
        if (units.isEmpty()) {
            damaged++;
            return Optional.empty();
        }
        boolean key = !movie.codec().isVideo() || c.sync();
        if (key && !isKnown()) {
            sets(units.get()).ifPresent(config -> track = new Track(number, movie.codec(), config));
        }
        long dts = Math.max(dts(c), last);
        last = dts;
        long pts = Math.max(dts, ticks(c.dts() + c.compositionTicks() - editTicks));
        return Optional.of(new Sample(number, dts, pts, key, units.get()));
    }

    private Optional<ByteBuf> units(ByteBuf data) {
        if (movie.lengthSize() == NalUnits.PREFIX && NalUnits.isValid(data)) {
            return Optional.of(data);
        }
        try {
            return movie.lengthSize() == NalUnits.PREFIX
                    ? Optional.empty()
                    : NalUnits.fromLengths(data, movie.lengthSize(), ByteBufAllocator.DEFAULT);
        } finally {
            data.release();
        }
    }

    private Optional<byte[]> sets(ByteBuf units) {
        return movie.codec() == Codec.H264
                ? AvcConfig.inBand(units).map(AvcConfig::bytes)
                : HevcConfig.inBand(units).map(HevcConfig::bytes);
    }
}

package dev.penstock.dataplane.segment;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * A finished media segment. Reference counted: whoever keeps it beyond the call that hands it over retains it and releases
 * it once. Its bytes are slices of the stream's ring, not a copy.
 */
public final class Segment extends AbstractReferenceCounted {
    private final Info info;
    private final ByteBuf content;

    /**
     * @param info what playlists and recordings need to know
     * @param content the segment's bytes; the segment takes ownership
     */
    public Segment(Info info, ByteBuf content) {
        this.info = info;
        this.content = content;
    }

    /**
     * What playlists and recordings need to know of a segment.
     *
     * @param sequence media sequence number, rising by one within a run; at the start of a run max(last + 1, seconds since
     *     2020-01-01T00:00:00Z), so that it also rises over a restart
     * @param discontinuitySequence number of the discontinuity that this segment follows; constant between discontinuities,
     *     at the start of a run max(last + 1, tens of minutes since 2026-01-01T00:00:00Z), which a restart may repeat
     * @param discontinuity whether an EXT-X-DISCONTINUITY stands before this segment
     * @param independent whether it starts with a key access unit
     * @param startEpochMs wall clock of its first access unit, ms since 1970; continuous with media time between
     *     discontinuities
     * @param durationTicks media duration, 90 kHz ticks
     * @param bytes length of the content
     * @param stream what the segment carries, for CODECS and RESOLUTION
     */
    public record Info(long sequence, long discontinuitySequence, boolean discontinuity, boolean independent,
            long startEpochMs, long durationTicks, int bytes, StreamShape stream) {
        /** Ticks per second of {@link #durationTicks}. */
        public static final int TIMESCALE = 90_000;

        /** The same segment behind a discontinuity of another number. */
        public Info behind(long number) {
            return new Info(sequence, number, discontinuity, independent, startEpochMs, durationTicks, bytes, stream);
        }

        /** Duration in seconds. */
        public double seconds() {
            return durationTicks / (double) TIMESCALE;
        }
    }

    /** What playlists and recordings need to know. */
    public Info info() {
        return info;
    }

    /** The bytes: PAT, PMT, then a key access unit when independent. The buffer's indices must not be changed. */
    public ByteBuf content() {
        return content;
    }

    @Override
    public Segment retain() {
        super.retain();
        return this;
    }

    @Override
    protected void deallocate() {
        content.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        content.touch(hint);
        return this;
    }
}

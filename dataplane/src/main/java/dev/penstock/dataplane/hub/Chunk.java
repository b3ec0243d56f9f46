package dev.penstock.dataplane.hub;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;

/**
 * A run of transport packets of one stream: stored once, shared by every viewer, segment and recorder, never changed.
 *
 * <p>A chunk is sealed at each flush interval, before each key access unit and before each discontinuity, so a key access
 * unit is always the first packet of its chunk. Reference counted: whoever keeps it beyond the call that hands it over
 * retains it and releases it once.
 */
public final class Chunk extends AbstractReferenceCounted {
    private final long sequence;
    private final ByteBuf data;
    private final List<Mark> marks;
    private final boolean key;
    private final boolean discontinuity;
    private final @Nullable Psi psi;
    private final long wallMs;

    /**
     * @param sequence number in the stream, rising by one
     * @param data whole packets; the chunk takes ownership
     * @param marks the PES packets that start in {@code data}, by offset
     * @param key whether {@code data} starts with the first packet of a key access unit of the lead PID
     * @param discontinuity whether what comes before is not continuous with this chunk (new source, PCR jump)
     * @param psi tables in force at the chunk's start; null before the first tables
     * @param wallMs wall clock at which the first packet arrived, ms since 1970
     */
    public Chunk(long sequence, ByteBuf data, List<Mark> marks, boolean key, boolean discontinuity, @Nullable Psi psi,
            long wallMs) {
        this.sequence = sequence;
        this.data = data;
        this.marks = List.copyOf(marks);
        this.key = key;
        this.discontinuity = discontinuity;
        this.psi = psi;
        this.wallMs = wallMs;
    }

    /**
     * A PES packet that starts in a chunk.
     *
     * @param offset bytes from the chunk's first byte to the PES packet's first transport packet
     * @param pes its header, with the times after the hub's shift (continuous over a change of source)
     */
    public record Mark(int offset, PesStart pes) {}

    /** Number in the stream, rising by one. */
    public long sequence() {
        return sequence;
    }

    /** The packets. The buffer's indices must not be changed: write {@code data().retainedDuplicate()}. */
    public ByteBuf data() {
        return data;
    }

    /** PES packets that start in this chunk, by offset. */
    public List<Mark> marks() {
        return marks;
    }

    /** Whether a viewer can join at this chunk. */
    public boolean key() {
        return key;
    }

    /** Whether this chunk is not continuous with the one before. */
    public boolean discontinuity() {
        return discontinuity;
    }

    /** Tables in force at the chunk's start. */
    public @Nullable Psi psi() {
        return psi;
    }

    /** Wall clock at which the first packet arrived, ms since 1970. */
    public long wallMs() {
        return wallMs;
    }

    @Override
    public Chunk retain() {
        super.retain();
        return this;
    }

    @Override
    protected void deallocate() {
        data.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        data.touch(hint);
        return this;
    }
}

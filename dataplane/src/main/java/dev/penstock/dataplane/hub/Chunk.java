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
    private final Head head;
    private final List<Mark> marks;
    private final int[] tables;

    /**
     * @param sequence number in the stream, rising by one
     * @param data whole packets; the chunk takes ownership
     * @param head what holds at its start
     * @param marks the PES packets that start in {@code data}, by offset
     * @param tables offsets of the packets of PAT and PMT in {@code data}, rising
     */
    public Chunk(long sequence, ByteBuf data, Head head, List<Mark> marks, int[] tables) {
        this.sequence = sequence;
        this.data = data;
        this.head = head;
        this.marks = List.copyOf(marks);
        this.tables = tables;
    }

    /**
     * What holds at the start of a chunk.
     *
     * @param key whether the data starts with the first packet of a key access unit of the lead PID
     * @param discontinuity whether what comes before is not continuous with this chunk (new source, PCR jump)
     * @param psi tables in force; null before the first tables
     * @param continuity counters of the packets before, for key chunks; {@link Continuity#NONE} for others
     * @param wallMs wall clock at which the first packet arrived, ms since 1970
     */
    public record Head(boolean key, boolean discontinuity, @Nullable Psi psi, Continuity continuity, long wallMs) {}

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

    /** Length of the data. */
    public int bytes() {
        return data.readableBytes();
    }

    /** PES packets that start in this chunk, by offset. */
    public List<Mark> marks() {
        return marks;
    }

    /** How many packets of PAT and PMT are in this chunk. */
    public int tableCount() {
        return tables.length;
    }

    /** Offset of the n-th packet of PAT or PMT; rises with n. */
    public int tableOffset(int n) {
        return tables[n];
    }

    /** Whether a viewer can join at this chunk. */
    public boolean key() {
        return head.key();
    }

    /** Whether this chunk is not continuous with the one before. */
    public boolean discontinuity() {
        return head.discontinuity();
    }

    /** Tables in force at the chunk's start. */
    public @Nullable Psi psi() {
        return head.psi();
    }

    /** Last continuity counters before a key chunk. */
    public Continuity continuity() {
        return head.continuity();
    }

    /** Wall clock at which the first packet arrived, ms since 1970. */
    public long wallMs() {
        return head.wallMs();
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

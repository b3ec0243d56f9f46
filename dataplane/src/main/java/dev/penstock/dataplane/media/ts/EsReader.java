package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;

/** Takes access units out of the PES packets of one elementary stream. One owner: the demuxer's thread. */
interface EsReader {
    /** Where access units go. */
    interface Target {
        /** The configuration is known, or has changed; before the first access unit and before those that need it. */
        void config(byte[] config);

        /** An access unit; takes ownership of its data. */
        void unit(long dts, long pts, boolean key, ByteBuf data);

        /** An access unit was dropped. */
        void dropped();
    }

    /**
     * A PES packet.
     *
     * @param bytes read by absolute index, not kept
     * @param from first byte of the payload
     * @param end end of the payload
     * @param start what its header says
     */
    void pes(ByteBuf bytes, int from, int end, PesStart start);

    /** Whether the beginning of a PES packet is of use when its end is lost. */
    boolean takesCut();

    /** Bytes are missing: what is held of a frame, or was seen of an access unit, is of no use. */
    void lost();

    /** What follows is not continuous; times begin anew. */
    void reset();

    /** Releases what is held; nothing may follow. */
    void close();
}

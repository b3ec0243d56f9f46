package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;

/** Hears what a depacketizer makes of a track. */
interface UnitSink {
    /**
     * The configuration of the units that follow.
     *
     * @param config as {@link dev.penstock.dataplane.media.Codec} says
     * @param reorder frames that may follow in decoding order and precede in presentation order; -1 when it is not told
     */
    void config(byte[] config, int reorder);

    /**
     * An access unit.
     *
     * @param time presentation time, ticks of the track's RTP clock without wraps
     * @param key whether decoding can start here
     * @param data ownership passes to this call
     */
    void unit(long time, boolean key, ByteBuf data);

    /** An access unit was dropped: a part of it was lost, it is damaged or too large. */
    void dropped();
}

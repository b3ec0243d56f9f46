package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;

/** Makes access units from the payloads of one track, which come in order. Damaged payloads are dropped. One owner. */
interface Depacketizer {
    /**
     * The payload of a packet.
     *
     * @param buf read from {@code at} to {@code end}; neither kept nor changed
     * @param time the packet's timestamp, without wraps
     * @param marker the packet's marker bit
     */
    void payload(ByteBuf buf, int at, int end, long time, boolean marker);

    /** Packets are missing before the next payload. */
    void lost();

    /** Frees what is held. */
    void close();
}

package dev.penstock.dataplane.ingest.rtmp;

import io.netty.buffer.ByteBuf;

/** The dialogue on a connection: hears what its {@link RtmpWire} receives. Called on the channel's event loop. */
interface Session {
    /** Before anything else: the channel is there, nothing is said yet. */
    void connected(RtmpWire wire);

    /** The handshake is done. */
    void opened();

    /** A command. */
    void command(int stream, Command command);

    /**
     * Audio, video, data or an aggregate of them.
     *
     * @param type its {@link MessageType}
     * @param timestamp ms modulo 2^32
     * @param body ownership passes to this call
     */
    void media(int type, long timestamp, ByteBuf body);

    /** A user control event other than pings. */
    void event(int event);

    /** What was received in one go was told. */
    void received();

    /** The channel takes bytes again, or no more: {@link RtmpWire#isWritable}. */
    void writabilityChanged();

    /**
     * We want to end the connection.
     *
     * @return true when the peer was asked to go elsewhere, and will by itself
     */
    default boolean leave() {
        return false;
    }

    /**
     * The connection is over; told once, and the last that is told.
     *
     * @param reason one line for people
     * @param fault whether the peer broke the protocol or a limit
     */
    void closed(String reason, boolean fault);
}

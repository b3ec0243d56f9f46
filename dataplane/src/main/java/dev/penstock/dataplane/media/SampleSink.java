package dev.penstock.dataplane.media;

import io.netty.buffer.ByteBuf;

/**
 * Where an ingest puts what it reads; the only place where {@code ingest} and {@code hub} meet.
 *
 * <p>Call order: {@link #begin}, then any number of {@link #packets}, then {@link #end}; after that {@link #begin} may
 * follow again, with the same or another source. All calls are made on the stream's event loop.
 */
public interface SampleSink {
    /**
     * A source delivers now. What follows is not continuous with what came before.
     *
     * @param source where the bytes come from
     */
    void begin(SourceInfo source);

    /**
     * Packets of a transport stream, in the order of the wire.
     *
     * @param packets whole packets of 188 bytes, each starting with 0x47, at most 64 KiB; this call takes ownership
     */
    void packets(ByteBuf packets);

    /**
     * The source has ended or was given up.
     *
     * @param reason one line for a person, free of secrets
     */
    void end(String reason);
}

package dev.penstock.dataplane.media;

import java.util.List;

import io.netty.buffer.ByteBuf;

/**
 * Where an ingest puts what it reads; the only place where {@code ingest} and {@code hub} meet.
 *
 * <p>Call order: {@link #begin}, then what the source delivers, then {@link #end}; after that {@link #begin} may follow again, with
 * the same or another source. A source delivers either packets of a transport stream, any number of {@link #packets}; or access
 * units, {@link #tracks} and then any number of {@link #sample}. All calls are made on the stream's event loop.
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
     * What the access units that follow belong to. Told before the first, and again when a configuration or the list changes.
     *
     * @param tracks at most one of video first, then audio; at least one
     */
    void tracks(List<Track> tracks);

    /**
     * An access unit; those of one track in decoding order, tracks interleaved as they arrive.
     *
     * @param sample of one of the tracks told last; this call takes ownership of its data
     */
    void sample(Sample sample);

    /**
     * The source has ended or was given up.
     *
     * @param reason one line for a person, free of secrets
     */
    void end(String reason);
}

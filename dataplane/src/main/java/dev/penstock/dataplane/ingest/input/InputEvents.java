package dev.penstock.dataplane.ingest.input;

import java.util.List;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * Hears what an input reads: bytes of a transport stream, or access units after their tracks. Called on the event loop.
 */
public interface InputEvents {
    /**
     * Bytes of a transport stream, cut anywhere.
     *
     * @param bytes ownership passes to this call; nobody else reads or writes them
     */
    void bytes(ByteBuf bytes);

    /**
     * What the samples that follow belong to, see {@link dev.penstock.dataplane.media.SampleSink#tracks}.
     */
    void tracks(List<Track> tracks);

    /**
     * An access unit.
     *
     * @param sample ownership of its data passes to this call
     */
    void sample(Sample sample);

    /**
     * Something that people should know of a source that works: a part of it is left out, or made anew.
     *
     * @param note one line for a person, free of secrets
     */
    default void noted(String note) {}

    /**
     * The input itself found packets and dropped what is none.
     *
     * @param bytes how many were dropped
     */
    void skipped(long bytes);

    /**
     * What follows, now or much later, is not continuous with what came: a file starts again, a FIFO has no writer yet, or its
     * writer left.
     *
     * @param reason one line for a person
     * @param silent true when nothing may follow for long
     */
    void restarted(String reason, boolean silent);

    /**
     * The input is over.
     *
     * @param reason one line for a person, free of secrets
     * @param forGood true when trying again makes no sense: the end of a file
     */
    void ended(String reason, boolean forGood);
}

package dev.penstock.dataplane.ingest.push;

import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * A publisher's way into its stream. A publisher delivers either {@link #packets}, or {@link #tracks} and then {@link #sample}, as
 * {@link dev.penstock.dataplane.media.SampleSink} says; the stream begins with the first of either. Everything but {@link #loop} is called
 * on the {@link #loop}, the stream's event loop; after {@link #close} or a revocation what comes is released and ignored.
 */
public interface Publication {
    /** The stream's event loop. Any thread. A connection moves its channel there, or posts to it. */
    EventLoop loop();

    /**
     * Names who is told, on the loop, that the publisher must go: replaced, stream removed or taken off the air, key withdrawn.
     *
     * @param revoked gets one line for the publisher; called at most once, and not after {@link #close}
     */
    void onRevoked(Consumer<String> revoked);

    /** Bytes of a transport stream, cut anywhere; takes ownership. */
    void packets(ByteBuf bytes);

    /** What the samples that follow belong to. */
    void tracks(List<Track> tracks);

    /** An access unit; takes ownership of its data. */
    void sample(Sample sample);

    /** What follows is not continuous with what came. */
    void discontinuity();

    /**
     * The publisher is gone; harmless when repeated.
     *
     * @param reason one line for people, free of secrets
     */
    void close(String reason);
}

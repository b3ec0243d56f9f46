package dev.penstock.dataplane.segment;

import java.util.Optional;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;

/** The newest CMAF segments of a stream. Any thread. Buffers that are given out were retained for the caller, who releases them. */
public interface CmafWindow {
    /** Durations that the stream is cut by. */
    CmafConfig config();

    /** Somebody asks for a playlist or a segment, and may come again; before anything else is asked of the window. */
    void touch();

    /**
     * Wants the stream for as long as a request waits for what is not there yet.
     *
     * @return ends it; any thread, more than once is fine
     */
    default Runnable want() {
        touch();
        return () -> {};
    }

    /** What playlists list now. */
    CmafView view();

    /**
     * Hears of each change, on the stream's event loop, in their order; must not block. The last one says that the stream has ended,
     * also when it is taken away.
     *
     * @param listener gets what is listed after the change
     * @return ends it; any thread, more than once is fine
     */
    Runnable onChange(Consumer<CmafView> listener);

    /** An initialization segment: ftyp and moov; for as long as a kept segment needs it. */
    Optional<ByteBuf> init(String rendition, String id);

    /** A complete segment, listed or not long out of the list. */
    Optional<ByteBuf> segment(String rendition, long sequence);

    /** A part of a segment, complete or not; {@code part} counts from 0. */
    Optional<ByteBuf> part(String rendition, long sequence, int part);
}

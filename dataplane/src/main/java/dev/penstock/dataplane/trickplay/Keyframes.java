package dev.penstock.dataplane.trickplay;

import java.util.Optional;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;

/** The newest key access unit of one live stream. Any thread. */
public interface Keyframes {
    /** Finds live streams. Any thread. */
    @FunctionalInterface
    interface Directory {
        /** A stream; empty when no such stream is served here. */
        Optional<Keyframes> find(String namespace, String name);
    }

    /** Somebody looks at the stream: a source that is connected on demand is connected. */
    void touch();

    /**
     * Asks for the newest one that is whole.
     *
     * @param taker hears once, on any thread, and must not block: packets of a transport stream, from tables and the key access unit
     *     on, which it owns; empty when there is none
     */
    void newest(Consumer<Optional<ByteBuf>> taker);
}

package dev.penstock.dataplane.ingest.slate;

import java.util.function.Consumer;

/** An image or a clip that can be shown in place of a source. */
@FunctionalInterface
public interface Slate {
    /**
     * A clip to be played in a loop.
     *
     * @param ts MPEG-TS that begins with a key access unit; not changed by anybody
     * @param ticks its duration, 90 kHz
     */
    record Clip(byte[] ts, long ticks) {}

    /**
     * Asks for it in the shape that fits the stream now.
     *
     * @param ready hears it on the stream's event loop, at once or when it is made
     * @param failed hears there that there is none now; whoever asks may ask again later
     */
    void clip(Consumer<Clip> ready, Runnable failed);
}

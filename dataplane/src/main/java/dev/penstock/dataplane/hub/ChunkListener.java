package dev.penstock.dataplane.hub;

/** Hears of the chunks of a stream, on the hub's event loop, in order of their sequence; must not block. */
public interface ChunkListener {
    /**
     * The next chunk.
     *
     * @param chunk valid during the call; retain it to keep it
     */
    void chunk(Chunk chunk);

    /** All that was gathered in the flush interval has been handed on, in one or several chunks. */
    default void flushed() {}

    /** The source is away: the next chunk, if one comes, is a discontinuity. */
    default void interrupted() {}

    /** Nobody wants the stream: let go of what is kept of it. The next chunk, if one comes, is a discontinuity. */
    default void asleep() {}

    /** The stream is closed: nothing follows. */
    default void ended() {}
}

package dev.penstock.dataplane.segment;

import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Hears of CMAF segments as they are made, on the hub's event loop; must not block. Call order: {@link #run}, then for each
 * rendition {@link #init} and any number of {@link #segment}; at a discontinuity {@link #run} again.
 */
public interface CmafListener {
    /**
     * A run of segments follows that are continuous with each other.
     *
     * @param renditions names of those that can come, the one that the others are cut by first
     */
    void run(List<String> renditions);

    /**
     * An initialization segment that segments to come need; before the first of them, and again in each run.
     *
     * @param id in {@link CmafSegment#init}
     * @param bytes not changed by anybody
     */
    void init(String rendition, String id, byte[] bytes);

    /**
     * A segment got a part, or is complete, or both; once it is complete it is not told of again.
     *
     * @param now what it is after that
     * @param part bytes of the last of its parts; this call takes ownership; null when it only became complete, or is a gap
     */
    void segment(String rendition, CmafSegment now, @Nullable ByteBuf part);

    /** Nobody wants the stream: let go of what is kept for viewers. */
    default void asleep() {}

    /** Nothing follows: the stream was removed or stopped. */
    default void ended() {}
}

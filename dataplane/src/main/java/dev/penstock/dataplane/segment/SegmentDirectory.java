package dev.penstock.dataplane.segment;

import java.util.Optional;

/** Finds the segments of a live stream. Any thread. */
@FunctionalInterface
public interface SegmentDirectory {
    /**
     * The window of a stream.
     *
     * @param namespace the LiveStream's namespace
     * @param name the LiveStream's name
     * @return empty when no such stream is served here
     */
    Optional<SegmentWindow> find(String namespace, String name);
}

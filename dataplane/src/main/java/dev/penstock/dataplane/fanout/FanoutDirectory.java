package dev.penstock.dataplane.fanout;

import java.util.Optional;

/** Finds the viewers' side of a live stream. Any thread. */
@FunctionalInterface
public interface FanoutDirectory {
    /**
     * The fan-out of a stream.
     *
     * @param namespace the LiveStream's namespace
     * @param name the LiveStream's name
     * @return empty when no such stream is served here
     */
    Optional<TsFanout> find(String namespace, String name);
}

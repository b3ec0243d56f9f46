package dev.penstock.dataplane.placement;

import java.util.Optional;

import dev.penstock.wire.RingTable;

/** What a pod knows of the pool's ring and of recordings. Any thread; only {@link #streamOf} may block. */
public interface RingView {
    /** The newest table; nothing as long as there is none. */
    Optional<RingTable> table();

    /** Number of this pod. */
    int ordinal();

    /** Whether the resources of all partitions that the table gives to this pod have been read. */
    boolean isSettled();

    /** Whether a stream is this pod's. */
    boolean hasStream(String namespace, String stream);

    /** Whether a recording is this pod's. */
    boolean hasRecording(String namespace, String recording);

    /**
     * The stream that a recording records, in the same namespace. Blocks on the cluster.
     *
     * @return nothing when there is no such recording
     * @throws RuntimeException when the cluster does not say
     */
    Optional<String> streamOf(String namespace, String recording);
}

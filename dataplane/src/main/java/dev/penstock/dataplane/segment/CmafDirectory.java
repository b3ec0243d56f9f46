package dev.penstock.dataplane.segment;

import java.util.Optional;

/** Finds the CMAF segments of a live stream. Any thread. */
@FunctionalInterface
public interface CmafDirectory {
    /** The window of a stream; empty when no such stream is served here as CMAF. */
    Optional<CmafWindow> find(String namespace, String name);
}

package dev.penstock.dataplane.dash;

import java.util.Optional;

/** Finds the live streams that are offered as DASH. Any thread. */
@FunctionalInterface
public interface DashDirectory {
    /** A stream; empty when no such stream is served here as DASH. */
    Optional<DashOutput> find(String namespace, String name);
}
